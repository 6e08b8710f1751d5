/* space_fixture.h: memory objects for the tests of address spaces, test_space*.c. */
#pragma once
#include "memory_test.h"

#define BASE 0x10000000UL

static inline struct memory *make_object(struct fixture *f, uint64_t pages)
{
    struct memory *memory;
    assert_int_equal(memory_create(f->machine, &f->machine->quota, pages * PAGE, &memory), 0);
    return memory;
}

static inline void set_object_byte(struct memory *memory, uint64_t index, uint8_t value)
{
    struct page *page;
    uint64_t phys;
    assert_int_equal(memory_page(memory, index, true, &page, &phys), 0);
    *(uint8_t *)arch_phys_ptr(phys) = value;
    page_put(memory->object.machine, page);
}

static inline uint8_t object_byte(struct memory *memory, uint64_t index)
{
    struct page *page;
    uint64_t phys;
    assert_int_equal(memory_page(memory, index, true, &page, &phys), 0);
    uint8_t value = *(uint8_t *)arch_phys_ptr(phys);
    page_put(memory->object.machine, page);
    return value;
}

static inline void put_memory(struct memory *memory)
{
    kobject_put(&memory->object);
}

static inline size_t count_regions(struct space *space)
{
    lock_acquire(&space->lock);
    size_t count = space->region_count;
    lock_release(&space->lock);
    return count;
}

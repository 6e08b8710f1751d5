/* main.c: the ramfs process: its scheme `file`, filled from the initfs that init hands over. */
#include <stdlib.h>
#include <string.h>

#include <dyad/syscall.h>

#include "servers/lib/service.h"
#include "servers/lib/transport.h"
#include "servers/ramfs/ramfs.h"

static int64_t object_create(void *context, uint64_t size)
{
    (void)context;
    return dyad_memory_create(size, 0);
}

static int64_t object_read(void *context, handle_t object, void *buffer, size_t len,
                           uint64_t offset)
{
    (void)context;
    return dyad_read(object, buffer, len, (int64_t)offset);
}

static int64_t object_write(void *context, handle_t object, const void *buffer, size_t len,
                            uint64_t offset)
{
    (void)context;
    return dyad_write(object, buffer, len, (int64_t)offset);
}

static int64_t object_resize(void *context, handle_t object, uint64_t size)
{
    (void)context;
    return dyad_handle_control(object, HANDLE_SET_SIZE, size);
}

static int64_t object_dup(void *context, handle_t object, uint32_t rights)
{
    (void)context;
    return dyad_handle_dup(object, rights);
}

static void object_close(void *context, handle_t object)
{
    (void)context;
    (void)dyad_handle_close(object);
}

static int64_t process_lives(void *context, handle_t process, uint64_t *kid)
{
    (void)context;
    struct process_info info;
    int64_t result =
        dyad_process_control(process, PROCESS_INFO, (uint64_t)(uintptr_t)&info, sizeof(info));
    if (result < 0)
        return result;
    *kid = info.kid;
    return info.state != PROCESS_STATE_DEAD;
}

static const struct ramfs_platform platform = {
    .object_create = object_create,
    .object_read = object_read,
    .object_write = object_write,
    .object_resize = object_resize,
    .object_dup = object_dup,
    .object_close = object_close,
    .process_lives = process_lives,
};

/* Half of the machine's memory, as `sys:memory` tells it; without it, no limit. */
static uint64_t memory_limit(void)
{
    static const char path[] = "sys:memory", key[] = "total ";
    char text[512];
    int64_t file = dyad_open(HANDLE_NONE, path, strlen(path), FILE_READ, 0, NULL);
    if (file < 0)
        return UINT64_MAX;
    int64_t len = dyad_read((handle_t)file, text, sizeof(text) - 1, 0);
    (void)dyad_handle_close((handle_t)file);
    text[len > 0 ? len : 0] = '\0';
    const char *line = strstr(text, key);
    uint64_t pages = line ? strtoull(line + strlen(key), NULL, 10) : 0;
    return pages ? pages / 2 * PAGE_SIZE : UINT64_MAX;
}

/* Maps the initfs and adds what is in it. */
static int64_t load_image(struct ramfs *fs)
{
    int32_t sectors = 0;
    handle_t image = service_handle(STARTUP_INITFS, &sectors);
    uint64_t len = (uint64_t)(uint32_t)sectors * 512;
    if (image == HANDLE_NONE || len == 0)
        return -ERR_NOENT;
    int64_t size = dyad_handle_control(image, HANDLE_GET_SIZE, 0);
    if (size >= 0 && (uint64_t)size < len)
        len = (uint64_t)size;
    int64_t address = dyad_map(HANDLE_NONE, 0, len, MAP_PROT_READ | MAP_FLAG_SHARED, image, 0);
    if (address < 0)
        return address;
    return ramfs_load(fs, (const void *)(uintptr_t)address, len, image);
}

int main(void)
{
    static struct ramfs fs;
    static struct server server;
    static struct transport_scheme transport;

    int64_t scheme = service_register("file");
    if (scheme < 0) {
        service_log("ramfs", "cannot register file:", scheme);
        return 1;
    }
    transport_scheme_init(&transport, (handle_t)scheme);
    int64_t result = ramfs_init(&fs, &server, &transport.transport, &platform, memory_limit());
    if (result == 0) {
        int64_t loaded = load_image(&fs);
        if (loaded)
            service_log("ramfs", "the initfs is not complete",
                        loaded); /* What there is may be enough to repair it. */
        service_ready();
        result = server_run(&server);
    }
    service_log("ramfs", "stopped", result);
    return 1;
}

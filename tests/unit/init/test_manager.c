/* test_manager.c: do units start in order, come back after a crash, and take their dependents along when they fail? */
#include "tests/unit/init/manager_fixture.h"

static void test_independent_units_start_together_and_dependents_when_ready(void **state)
{
    struct unit *a = add("a", "", ""), *b = add("b", "", ""),
                *c = add("c", "requires=[\"a\",\"b\"]", "");

    (void)state;
    start_all();
    expect_events("+a +b ");
    manager_notified(&m, a);
    expect_events("");
    assert_int_equal(c->state, UNIT_WAITING);
    manager_notified(&m, b);
    expect_events("+c ");
    assert_int_equal(c->state, UNIT_STARTING);
}

static void test_oneshot_counts_as_up_when_it_has_exited_well(void **state)
{
    struct unit *once = add("once", "", "type=\"oneshot\""),
                *user = add("user", "requires=[\"once\"]", "type=\"simple\"");

    (void)state;
    start_all();
    expect_events("+once ");
    manager_exited(&m, once, 0);
    assert_int_equal(once->state, UNIT_EXITED);
    expect_events("+user ");
    assert_int_equal(user->state, UNIT_READY);
}

static void test_failed_oneshot_fails_its_dependents(void **state)
{
    struct unit *once = add("once", "", "type=\"oneshot\""),
                *user = add("user", "requires=[\"once\"]", "");

    (void)state;
    start_all();
    manager_exited(&m, once, WSTATUS_EXIT(3));
    assert_int_equal(once->state, UNIT_FAILED);
    assert_int_equal(user->state, UNIT_FAILED);
    assert_non_null(strstr(logged, "once: exited with status 3; failed after 1 start\n"));
    assert_non_null(strstr(logged, "user: failed: it requires once, which does not run\n"));
}

static void test_wants_orders_but_does_not_bind(void **state)
{
    struct unit *nice = add("nice", "", "restart=\"never\"");
    struct unit *user = add("user", "wants=[\"nice\",\"absent\"]", "");

    (void)state;
    start_all();
    expect_events("+nice ");
    manager_exited(&m, nice, WSTATUS_SIGNAL(11));
    assert_int_equal(nice->state, UNIT_FAILED);
    expect_events("+user ");
    assert_int_equal(user->state, UNIT_STARTING);
}

static void test_crash_is_answered_with_doubling_pauses_then_failure(void **state)
{
    struct unit *a = add("a", "", ""), *b = add("b", "requires=[\"a\"]", "");
    static const uint64_t pauses[] = {100, 200, 400, 800};

    (void)state;
    start_all();
    for (size_t i = 0; i < 4; i++) {
        expect_events("+a ");
        manager_notified(&m, a);
        if (i == 0) {
            expect_events("+b ");
            manager_notified(&m, b);
        }
        manager_exited(&m, a, WSTATUS_SIGNAL(9));
        assert_int_equal(a->state, UNIT_BACKOFF);
        assert_int_equal(manager_deadline(&m), now + pauses[i] * MS);
        advance(pauses[i] * MS - 1);
        expect_events("");
        advance(1);
    }
    assert_int_equal(b->state,
                     UNIT_READY); /* A crash of what it requires does not disturb it ... */
    expect_events("+a ");
    manager_exited(&m, a, WSTATUS_SIGNAL(9));
    assert_int_equal(a->state, UNIT_FAILED);
    expect_events("-b "); /* ... a failure does. */
    manager_exited(&m, b, WSTATUS_SIGNAL(15));
    assert_int_equal(b->state, UNIT_FAILED);
    assert_non_null(strstr(logged, "a: was killed by signal 9; failed after 5 starts\n"));
    assert_true(manager_deadline(&m) == UINT64_MAX);
}

static void test_ten_seconds_of_good_life_forgive_earlier_crashes(void **state)
{
    struct unit *a = add("a", "", "");

    (void)state;
    start_all();
    for (int i = 0; i < 12; i++) {
        manager_notified(&m, a);
        now += 10 * SECOND;
        manager_exited(&m, a, WSTATUS_SIGNAL(9));
        assert_int_equal(a->failures, 1);
        advance(100 * MS);
    }
    assert_int_equal(a->state, UNIT_STARTING);
    assert_int_equal(a->restarts, 12);
}

static void test_pause_is_at_most_ten_seconds(void **state)
{
    struct unit *a = add("a", "", "backoff_ms=4000");

    (void)state;
    start_all();
    manager_exited(&m, a, WSTATUS_EXIT(1));
    advance(4 * SECOND);
    manager_exited(&m, a, WSTATUS_EXIT(1));
    advance(8 * SECOND);
    manager_exited(&m, a, WSTATUS_EXIT(1));
    assert_int_equal(manager_deadline(&m), now + 10 * SECOND);
}

static void test_restart_policies(void **state)
{
    struct unit *never = add("never", "", "restart=\"never\"\ntype=\"simple\"");
    struct unit *failure = add("failure", "", "restart=\"on-failure\"\ntype=\"simple\"");
    struct unit *always = add("always", "", "restart=\"always\"\ntype=\"simple\"");

    (void)state;
    start_all();
    manager_exited(&m, never, 0);
    manager_exited(&m, failure, 0);
    manager_exited(&m, always, 0);
    assert_int_equal(never->state, UNIT_EXITED);
    assert_int_equal(failure->state, UNIT_EXITED);
    assert_int_equal(always->state, UNIT_BACKOFF);
    manager_start(&m, failure);
    manager_exited(&m, failure, WSTATUS_EXIT(1));
    assert_int_equal(failure->state, UNIT_BACKOFF);
}

static void test_launch_that_fails_counts_as_a_crash(void **state)
{
    struct unit *a = add("a", "", "");

    (void)state;
    launch_error = -ERR_NOENT;
    start_all();
    assert_int_equal(a->state, UNIT_BACKOFF);
    for (int i = 0; i < 5; i++)
        advance(SECOND);
    assert_int_equal(a->state, UNIT_FAILED);
    assert_int_equal(a->launch_error, -ERR_NOENT);
}

static void test_service_that_never_says_ready_is_killed(void **state)
{
    struct unit *a = add("a", "", "start_timeout_ms=500");

    (void)state;
    start_all();
    expect_events("+a ");
    advance(500 * MS);
    expect_events("!a ");
    manager_exited(&m, a, WSTATUS_SIGNAL(9));
    assert_int_equal(a->state, UNIT_BACKOFF);
}

static void test_cycles_and_missing_requirements_fail_at_once(void **state)
{
    struct unit *a = add("a", "requires=[\"b\"]", ""), *b = add("b", "after=[\"c\"]", ""),
                *c = add("c", "requires=[\"a\"]", "");
    struct unit *lost = add("lost", "requires=[\"nothing\"]", ""), *fine = add("fine", "", "");
    struct unit *above = add("above", "requires=[\"a\"]", "");

    (void)state;
    start_all();
    expect_events("+fine ");
    assert_int_equal(a->state, UNIT_FAILED);
    assert_int_equal(b->state, UNIT_FAILED);
    assert_int_equal(c->state, UNIT_FAILED);
    assert_int_equal(lost->state, UNIT_FAILED);
    assert_int_equal(above->state, UNIT_FAILED);
    assert_int_equal(fine->state, UNIT_STARTING);
    assert_non_null(strstr(logged, "a: failed: dependency cycle a -> b -> c -> a\n"));
    assert_non_null(
        strstr(logged, "lost: failed: it requires nothing, and there is no such unit\n"));
    manager_start(&m, a); /* Wishing does not help. */
    assert_int_equal(a->state, UNIT_FAILED);
}

static void test_manual_units_start_only_when_asked_for(void **state)
{
    struct unit *hand = add("hand", "start=\"manual\"", ""),
                *below = add("below", "start=\"manual\"", "");
    struct unit *needs = add("needs", "requires=[\"below\"]", "");

    (void)state;
    start_all();
    expect_events("+below ");
    assert_int_equal(hand->state, UNIT_STOPPED);
    manager_start(&m, hand);
    expect_events("+hand ");
    assert_int_equal(needs->state, UNIT_WAITING);
    assert_int_equal(below->state, UNIT_STARTING);
}

static void test_units_on_demand_start_when_somebody_asks(void **state)
{
    struct unit *a = add("a", "start=\"demand\"", "scheme=\"a\""),
                *b = add("b", "start=\"demand\"", "scheme=\"b\"\ntype=\"simple\""),
                *needs = add("needs", "requires=[\"b\"]", "type=\"simple\"");

    (void)state;
    start_all();
    expect_events("?a ?b +b +needs "); /* being required is a demand */
    assert_int_equal(a->state, UNIT_IDLE);
    assert_true(manager_is_settled(a));
    manager_demanded(&m, b);
    expect_events("");
    manager_demanded(&m, a);
    expect_events("+a ");
    manager_notified(&m, a);
    manager_demanded(&m, a); /* a late event */
    expect_events("");
    assert_int_equal(needs->state, UNIT_READY);
    manager_exited(&m, a, WSTATUS_SIGNAL(11));
    assert_int_equal(a->state, UNIT_BACKOFF); /* from now on it is like any other */
}

static void test_a_unit_that_is_idle_stops_and_starts_like_others(void **state)
{
    struct unit *a = add("a", "start=\"demand\"", "scheme=\"a\"\ntype=\"simple\"");

    (void)state;
    start_all();
    manager_stop(&m, a);
    assert_int_equal(a->state, UNIT_STOPPED);
    manager_demanded(&m, a);
    expect_events("?a ");
    manager_start(&m, a);
    expect_events("+a ");
    assert_int_equal(a->state, UNIT_READY);
}

static void test_what_cannot_be_offered_is_started(void **state)
{
    struct unit *a = add("a", "start=\"demand\"", "scheme=\"a\"\ntype=\"simple\"");

    (void)state;
    offer_error = -ERR_NOMEM;
    start_all();
    expect_events("?a +a ");
    assert_int_equal(a->state, UNIT_READY);
}

static void test_stop_takes_dependents_first(void **state)
{
    struct unit *a = add("a", "", "type=\"simple\""),
                *b = add("b", "requires=[\"a\"]", "type=\"simple\"");

    (void)state;
    start_all();
    expect_events("+a +b ");
    manager_stop(&m, a);
    expect_events("-b ");
    assert_false(manager_is_settled(a));
    manager_exited(&m, b, WSTATUS_SIGNAL(15));
    expect_events("-a ");
    manager_exited(&m, a, 0);
    assert_int_equal(a->state, UNIT_STOPPED);
    assert_int_equal(b->state, UNIT_STOPPED);
    manager_start(&m, b); /* Brings what it requires. */
    expect_events("+a +b ");
}

/* Like the real ones: the session wants the terminal, which wants the screen; all but the screen need procd. */
static void test_stop_all_is_the_start_backwards_and_spares_one(void **state)
{
    struct unit *procd = add("procd", "", "type=\"simple\""),
                *screen = add("screen", "", "type=\"simple\""),
                *tty = add("tty", "requires=[\"procd\"]\nwants=[\"screen\"]", "type=\"simple\""),
                *late = add("late", "after=[\"tty\"]", "type=\"simple\""),
                *session =
                    add("session", "requires=[\"procd\"]\nwants=[\"tty\"]", "type=\"session\""),
                *hand = add("hand", "start=\"manual\"", "");

    (void)state;
    start_all();
    events[0] = '\0';
    manager_stop_all(&m, procd);
    expect_events("-late -session ");
    manager_exited(&m, session, WSTATUS_SIGNAL(1));
    expect_events("");
    manager_stop_all(&m, procd); /* once more changes nothing */
    expect_events("");
    manager_exited(&m, late, WSTATUS_SIGNAL(15));
    expect_events("-tty ");
    advance(2 * SECOND);
    expect_events("!tty ");
    manager_exited(&m, tty, WSTATUS_SIGNAL(9));
    expect_events("-screen ");
    manager_exited(&m, screen, 0);
    expect_events("");
    assert_int_equal(procd->state, UNIT_READY);
    assert_int_equal(session->state, UNIT_STOPPED);
    assert_int_equal(hand->state, UNIT_STOPPED);
}

static void test_service_that_does_not_stop_is_killed(void **state)
{
    struct unit *a = add("a", "", "type=\"simple\"");

    (void)state;
    start_all();
    manager_stop(&m, a);
    expect_events("+a -a ");
    advance(2 * SECOND);
    expect_events("!a ");
    manager_exited(&m, a, WSTATUS_SIGNAL(9));
    assert_int_equal(a->state, UNIT_STOPPED);
    advance(SECOND);
    expect_events("");
}

static void test_restart_brings_the_dependents_back(void **state)
{
    struct unit *a = add("a", "", "type=\"simple\""),
                *b = add("b", "requires=[\"a\"]", "type=\"simple\"");

    (void)state;
    start_all();
    events[0] = '\0';
    manager_restart(&m, a);
    manager_exited(&m, b, 0);
    manager_exited(&m, a, 0);
    expect_events("-b -a +a +b ");
    assert_int_equal(b->state, UNIT_READY);
}

static void test_stop_during_backoff_and_start_after_failure(void **state)
{
    struct unit *a = add("a", "", "");

    (void)state;
    start_all();
    manager_exited(&m, a, WSTATUS_EXIT(1));
    manager_stop(&m, a);
    assert_int_equal(a->state, UNIT_STOPPED);
    advance(SECOND);
    expect_events("+a ");
    manager_start(&m, a);
    for (int i = 0; i < 5; i++) {
        manager_exited(&m, a, WSTATUS_EXIT(1));
        advance(SECOND);
    }
    assert_int_equal(a->state, UNIT_FAILED);
    events[0] = '\0';
    manager_start(&m, a);
    expect_events("+a ");
    assert_int_equal(a->failures, 0);
}

static void test_end_of_the_session_is_an_exit_whatever_its_status(void **state)
{
    struct unit *s = add("s", "", "type=\"session\"");

    (void)state;
    start_all();
    assert_int_equal(s->state, UNIT_READY);
    manager_exited(&m, s, WSTATUS_SIGNAL(9));
    assert_int_equal(s->state, UNIT_EXITED);
    assert_int_equal(s->status, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_independent_units_start_together_and_dependents_when_ready),
        TEST(test_oneshot_counts_as_up_when_it_has_exited_well),
        TEST(test_failed_oneshot_fails_its_dependents),
        TEST(test_wants_orders_but_does_not_bind),
        TEST(test_crash_is_answered_with_doubling_pauses_then_failure),
        TEST(test_ten_seconds_of_good_life_forgive_earlier_crashes),
        TEST(test_pause_is_at_most_ten_seconds),
        TEST(test_restart_policies),
        TEST(test_launch_that_fails_counts_as_a_crash),
        TEST(test_service_that_never_says_ready_is_killed),
        TEST(test_cycles_and_missing_requirements_fail_at_once),
        TEST(test_manual_units_start_only_when_asked_for),
        TEST(test_units_on_demand_start_when_somebody_asks),
        TEST(test_a_unit_that_is_idle_stops_and_starts_like_others),
        TEST(test_what_cannot_be_offered_is_started),
        TEST(test_stop_takes_dependents_first),
        TEST(test_stop_all_is_the_start_backwards_and_spares_one),
        TEST(test_service_that_does_not_stop_is_killed),
        TEST(test_restart_brings_the_dependents_back),
        TEST(test_stop_during_backoff_and_start_after_failure),
        TEST(test_end_of_the_session_is_an_exit_whatever_its_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_arch.c: the contract of arch.h, checked on the body that this program is linked with. An argument selects tests. */
#include "hosted/player_hosted.h"
#include "suites.h"

int main(int argc, char **argv)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    player_boot();
    int failed = _cmocka_run_group_tests("user contexts", user_tests, user_test_count, NULL, NULL);
    failed += _cmocka_run_group_tests("spaces", space_tests, space_test_count, NULL, NULL);
    failed += _cmocka_run_group_tests("cores", core_tests, core_test_count, NULL, NULL);
    failed += _cmocka_run_group_tests("stubs", stub_tests, stub_test_count, NULL, NULL);
    arch_halt(failed ? 1 : 0);
}

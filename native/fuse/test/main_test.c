#include "test.h"

int main(void) {
    test_nodes();
    test_requests();
    test_folders();
    test_changes();
    return 0;
}

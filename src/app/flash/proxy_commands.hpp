// The sub-commands of `flash proxy`, a file each.
#pragma once

namespace flash {

struct Arguments;

int perform_proxy_matrix(const Arguments& arguments);
int perform_proxy_check(const Arguments& arguments);
int perform_proxy_adapt(const Arguments& arguments);
int perform_proxy_plan(const Arguments& arguments);
int perform_proxy_front(const Arguments& arguments);

}  // namespace flash

// Student's t distribution.
#pragma once

namespace flash {

// The t for which a t-distributed value lies in [-t, t] with probability `probability`, 0 < probability < 1.
double student_t_two_sided(double probability, int degrees_of_freedom);

}  // namespace flash

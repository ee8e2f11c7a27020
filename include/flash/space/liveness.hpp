// Networks that cannot learn, since nothing of the image reaches the classes, and operators that do nothing.
#pragma once

#include <string>
#include <string_view>

#include "flash/space/space.hpp"

namespace flash {

// "no live path from input to output: it would train to chance"; "" where there is one.
std::string why_untrainable(const Space& space, const Point& point);
// The same and "2 of its 6 operators are dead: ..."; "" where nothing is to be said.
std::string liveness_text(const Space& space, const Point& point);

// The network that puts out the same without its dead operators, each replaced by one that is none; itself where there
// is none dead. Accuracies follow it rather than what is counted: fits of accuracy rest on it.
Point living(const Space& space, const Point& point);

// named_network() of one that can learn; throws Error usage where it cannot, too.
NetworkId named_trainable(const Space& space, std::string_view text);

}  // namespace flash

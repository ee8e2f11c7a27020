// What all targets do alike.
#pragma once

#include <memory>
#include <vector>

#include "flash/config/section_builder.hpp"
#include "flash/target/target.hpp"

namespace flash {

// Base of target Self, which is copied as a whole and adds its keys by add_options(SectionBuilder<Self>&).
template <class Self>
class TargetOf : public Target {
 public:
  std::unique_ptr<Target> clone() const override {
    return std::make_unique<Self>(static_cast<const Self&>(*this));
  }
  std::vector<OptionOf<Target>> options() const override {
    std::vector<OptionOf<Self>> own;
    SectionBuilder<Self> hardware(own, "hardware", Self());
    Self::add_options(hardware);
    std::vector<OptionOf<Target>> options;
    adopt(options, own, [](auto& target) -> decltype(auto) {
      if constexpr (std::is_const_v<std::remove_reference_t<decltype(target)>>)
        return static_cast<const Self&>(target);
      else
        return static_cast<Self&>(target);
    });
    return options;
  }
};

}  // namespace flash

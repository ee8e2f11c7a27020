// Target roofline: an ideal device, whose operators take as long as their arithmetic or their data, whichever
// takes longer (Williams, Waterman and Patterson, Communications of the ACM 52, 2009).
#include <algorithm>

#include "flash/target/target_of.hpp"

namespace flash {
namespace {

class Roofline : public TargetOf<Roofline> {
 public:
  double gmacs = 10;     // 1e9 multiply-accumulates a second
  double gigabytes = 1;  // 1e9 bytes a second

  static void add_options(SectionBuilder<Roofline>& hardware) {
    hardware.number("roofline_gmacs", above(0), field(&Roofline::gmacs), "Target roofline: arithmetic.")
        .unit = "GMAC/s";
    hardware.number("roofline_gigabytes", above(0), field(&Roofline::gigabytes), "Target roofline: memory.")
        .unit = "GB/s";
  }
  std::string_view name() const override { return "roofline"; }
  std::string_view description() const override { return "an ideal device (latency)"; }
  bool can_measure(Metric metric) const override { return metric == Metric::latency; }
  bool measures(Metric metric) const override { return metric == Metric::latency; }
  std::string why_unbounded(Metric, bool) const override { return ""; }

  Json task(const Space& space, NetworkId id, std::uint64_t) const override {
    const NetworkGraph graph = space.lower(space.point(id), 0);
    double ms = 0;
    for (const NetworkGraph::Node& node : graph.nodes()) {
      const auto bytes = 4 * static_cast<double>(node.op.weights() + node.op.values_out());
      ms += 1e-6 * std::max(static_cast<double>(node.op.macs()) / gmacs, bytes / gigabytes);
    }
    return {{"kind", "import"}, {"id", id_json(id)}, {"values", {{"latency_ms", ms}}}};
  }
  std::vector<TaskInput> inputs(const SpaceDefinition& space, std::uint64_t) const override {
    return {{"space", digest_of(to_json(space))}, {"settings of the roofline", digest_of(attributes())}};
  }
  Json provenance() const override { return attributes(); }
  std::vector<SettingPair> compared(const Json& hardware, const Json&) const override {
    const Json own = attributes();
    std::vector<SettingPair> pairs;
    for (const auto& [key, ours] : own.items())
      pairs.push_back({"hardware." + key, member_or_null(hardware, key), ours});
    return pairs;
  }
  Json attributes() const override {
    return {{"roofline_gmacs", std::to_string(gmacs)}, {"roofline_gigabytes", std::to_string(gigabytes)}};
  }
};

}  // namespace

const Target& roofline_target() {
  static const Roofline target;
  return target;
}

}  // namespace flash

// Target digital: a model of an accelerator with DRAM, SRAM and multiply-accumulate units.
#include "flash/core/hash.hpp"
#include "flash/digital/model.hpp"
#include "flash/target/target_of.hpp"

namespace flash {
namespace {

class DigitalTarget : public TargetOf<DigitalTarget> {
 public:
  std::filesystem::path design_file;  // "": the default design
  DigitalDesign design;               // what it holds, once it has been read

  static void add_options(SectionBuilder<DigitalTarget>& hardware) {
    hardware.path("accelerator", field(&DigitalTarget::design_file), field(&DigitalTarget::job_file),
                  "Target digital: its constants (TOML; `flash options --digital` explains them); \"\": the "
                  "default ones of 28 nm.");
  }
  std::string_view name() const override { return "digital"; }
  std::string_view description() const override {
    return "a model of a digital accelerator (latency, energy, area)";
  }
  std::vector<TargetFile> files() const override { return {{"accelerator", design_file}}; }
  std::vector<std::string> read_files(const SpaceDefinition&) override {
    if (!design_file.empty()) design = read_digital_design(design_file);
    return {};
  }
  bool measures(Metric metric) const override { return is_plain_fitted(metric); }
  std::string why_unbounded(Metric, bool) const override { return ""; }

  // A formula: its values are the task.
  Json task(const Space& space, NetworkId id, std::uint64_t seed) const override {
    const NetworkGraph graph = space.lower(space.point(id), seed);
    const Measurement measurement = run_on(design, graph, dense_forms(graph, design.weight_bits)).measurement;
    Json values = Json::object();
    for (const Metric metric : plain_fitted_metrics) values[std::string(key(metric))] = measurement[metric];
    return {{"kind", "import"}, {"id", id_json(id)}, {"values", values}};
  }
  std::vector<TaskInput> inputs(const SpaceDefinition& space, std::uint64_t) const override {
    return {{"space", digest_of(to_json(space))},
            {"constants of the accelerator", digest_of(to_json(design))}};
  }
  bool has_model() const override { return true; }
  int dense_bits() const override { return design.weight_bits; }
  std::optional<Measurement> modelled(const NetworkGraph& graph,
                                      std::span<const LayerForm> forms) const override {
    return run_on(design, graph, forms).measurement;
  }

  std::string device(const Json&) const override {
    return design_file.empty() ? "default" : design_file.stem().string();
  }
  Json provenance() const override {
    return {{"accelerator", design_file.empty() ? "default" : design_file.filename().string()},
            {"constants", file_digests()["accelerator"]}};
  }
  // Of all constants, whatever file they are in; by the file itself, since not every command reads it.
  Json file_digests() const override {
    std::error_code ignored;
    if (!design_file.empty() && !std::filesystem::exists(design_file, ignored))
      return {{"accelerator", nullptr}};
    const DigitalDesign own = design_file.empty() ? DigitalDesign() : read_digital_design(design_file);
    return {{"accelerator", sha256_hex(to_json(own).dump())}};
  }
  std::vector<SettingPair> compared(const Json& hardware, const Json&) const override {
    return {{"hardware.accelerator", member_or_null(hardware, "constants"), file_digests()["accelerator"],
             /*digests=*/true}};
  }
  Json attributes() const override { return {{"accelerator", to_json(design).dump()}}; }
};

}  // namespace

const Target& digital_target() {
  static const DigitalTarget target;
  return target;
}

}  // namespace flash

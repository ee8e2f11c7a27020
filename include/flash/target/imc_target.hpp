// Target imc: the simulator of a tiled in-memory-computing chip.
#pragma once

#include "flash/hardware/interval.hpp"
#include "flash/imc/design.hpp"
#include "flash/target/target_of.hpp"

namespace flash {

class ImcTarget : public TargetOf<ImcTarget> {
 public:
  std::filesystem::path design_file;  // "": the default design
  ImcDesign design;                   // what it holds, once it has been read
  // in_order | anneal: of single networks, and of those found. Not the chip's, which is the same wherever its tiles'
  // layers stand; what models are fitted to lies in order, so that costs remain sums over layers.
  std::string placer = "in_order";

  static void add_options(SectionBuilder<ImcTarget>& hardware);
  std::string_view name() const override { return "imc"; }
  std::string_view description() const override;
  std::vector<TargetFile> files() const override { return {{"design", design_file}}; }
  std::vector<std::string> read_files(const SpaceDefinition& space) override;
  bool can_measure(Metric metric) const override { return !is_on_device(metric) || is_interval(metric); }
  bool measures(Metric metric) const override { return is_plain_fitted(metric) || is_interval(metric); }
  std::string why_unbounded(Metric, bool) const override { return ""; }
  Unfit why_unfit() const override;
  Json task(const Space& space, NetworkId id, std::uint64_t seed) const override;
  // With placer anneal it has what annealed tiles take beside that of tiles in order.
  Json task_of_found(const Space& space, NetworkId id, std::uint64_t seed) const override;
  std::vector<TaskInput> inputs(const SpaceDefinition& space, std::uint64_t seed) const override;
  bool has_model() const override { return true; }
  bool has_arithmetic() const override { return true; }
  std::optional<ChipArithmetic> arithmetic() const override;
  int dense_bits() const override { return design.tiling.weight_bits; }
  std::optional<Measurement> modelled(const NetworkGraph& graph,
                                      std::span<const LayerForm> forms) const override;
  std::optional<Tiling> tiling() const override { return design.tiling; }
  std::string device(const Json&) const override {
    return design_file.empty() ? "default" : design_file.stem().string();
  }
  Json provenance() const override;
  Json file_digests() const override;
  std::vector<SettingPair> compared(const Json& hardware, const Json& fitted_from) const override;
  Json attributes() const override { return {{"design", to_json(design).dump()}}; }
  bool reports_layers() const override { return true; }
};

}  // namespace flash

#include "flash/core/error.hpp"
#include "flash/core/hash.hpp"
#include "flash/imc/simulate.hpp"
#include "flash/target/imc_target.hpp"

namespace flash {
namespace {

// Costs know nothing of what disturbs products.
ImcDesign costs_of(ImcDesign design) {
  design.accuracy = {};
  return design;
}

}  // namespace

void ImcTarget::add_options(SectionBuilder<ImcTarget>& hardware) {
  hardware.path(
      "design", field(&ImcTarget::design_file), field(&ImcTarget::job_file),
      "Target imc: the chip (TOML; `flash options --imc` explains it); \"\": the default one of 32 nm.");
  hardware.word(
      "placer", {"in_order", "anneal"}, field(&ImcTarget::placer),
      "Target imc: where a network's tiles stand: in order of its layers, or where data travel least. Models and "
      "searches take them in order; `flash simulate` and confirmed networks show both.");
}

std::string_view ImcTarget::description() const {
  return "the simulator of an in-memory-computing chip (latency, energy, area)";
}

std::vector<std::string> ImcTarget::read_files(const SpaceDefinition&) {
  if (!design_file.empty()) design = read_imc_design(design_file);
  return {};
}

// A layer's share hangs on all others then.
Target::Unfit ImcTarget::why_unfit() const {
  if (design.duplicate != "balance") return {};
  return {
      "design",
      "has tile.duplicate = balance, which ties all layers together by the chip's area, so that no model adds up "
      "over cells: search with none or tile; `flash simulate` balances what is found"};
}

Json ImcTarget::task(const Space& space, NetworkId id, std::uint64_t seed) const {
  if (const Unfit unfit = why_unfit(); !unfit.why.empty())
    throw Error(ExitCode::bad_job, "hardware." + unfit.key + " " + unfit.why);
  return {{"space", to_json(space.definition())},
          {"kind", "simulate"},
          {"design", to_json(costs_of(design))},
          {"id", id_json(id)},
          {"seed", seed}};
}

Json ImcTarget::task_of_found(const Space& space, NetworkId id, std::uint64_t seed) const {
  Json input = task(space, id, seed);
  if (placer == flash::name(Placer::anneal)) input["placer"] = placer;
  return input;
}

std::vector<TaskInput> ImcTarget::inputs(const SpaceDefinition& space, std::uint64_t seed) const {
  return {{"space", digest_of(to_json(space))},
          {"seed", std::to_string(seed)},
          {"constants of the chip", digest_of(to_json(costs_of(design)))}};
}

std::optional<Measurement> ImcTarget::modelled(const NetworkGraph& graph,
                                               std::span<const LayerForm> forms) const {
  return simulate(design, graph, forms).measurement;
}

std::optional<ChipArithmetic> ImcTarget::arithmetic() const {
  const Tiling& tiling = design.tiling;
  return ChipArithmetic{.crossbar_rows = tiling.crossbar_rows,
                        .cell_bits = tiling.cell_bits,
                        .weight_bits = tiling.weight_bits,
                        .activation_bits = tiling.activation_bits,
                        .adc_bits = design.adc_bits,
                        .adc_whole_range = design.accuracy.adc_range == "whole",
                        .pairs = design.accuracy.pairs,
                        .read_noise = design.accuracy.read_noise,
                        .write_noise = design.accuracy.write_noise,
                        .stuck_off = design.accuracy.stuck_off,
                        .stuck_on = design.accuracy.stuck_on};
}

Json ImcTarget::provenance() const {
  return {{"design", design_file.empty() ? "default" : design_file.filename().string()},
          {"chip", file_digests()["design"]}};
}

// Of all constants, whatever file they are in; by the file itself, since not every command reads it.
Json ImcTarget::file_digests() const {
  std::error_code ignored;
  if (!design_file.empty() && !std::filesystem::exists(design_file, ignored)) return {{"design", nullptr}};
  const ImcDesign chip = design_file.empty() ? ImcDesign() : read_imc_design(design_file);
  return {{"design", sha256_hex(to_json(chip).dump())}};
}

std::vector<SettingPair> ImcTarget::compared(const Json& hardware, const Json&) const {
  return {{"hardware.design", member_or_null(hardware, "chip"), file_digests()["design"], /*digests=*/true}};
}

const Target& imc_target() {
  static const ImcTarget target;
  return target;
}

}  // namespace flash

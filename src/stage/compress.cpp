// Stage compress: networks that are trained, pruned and quantised, each into a .fcn file in RUN/networks. The dense
// network's last checkpoint stays in RUN/checkpoints, so that other settings need not train it again.
#include <algorithm>
#include <cmath>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/imc/weight_groups.hpp"
#include "flash/search/exact.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/network_text.hpp"
#include "flash/space/reference_network.hpp"
#include "flash/stage/compression.hpp"
#include "flash/stage/confirmation.hpp"
#include "flash/stage/plans.hpp"
#include "flash/stage/stage.hpp"
#include "flash/task/compression_checks.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

NetworkId best_network(Findings& findings) {
  const Job& job = findings.job();
  const Models& models = findings.models();
  const std::vector<Constraints>& sets = findings.sets();
  if (!findings.results().stage(std::string(confirm_name)).empty()) {
    const std::vector<ConfirmNetwork> networks =
        networks_to_confirm(job, findings.space(), models, sets, findings.results());
    const std::vector<ConfirmedNetwork> confirmed =
        confirmed_networks(job, findings.space(), models, sets, networks, findings.results());
    if (const ConfirmedNetwork* best = best_confirmed(confirmed, job.objective)) return best->network.id;
  }
  const ExactResult exact = solve_exact(
      Evaluator(findings.space(), models, job.objective, job.constraints), [] { return false; }, 1);
  if (!exact.found)
    throw Error(ExitCode::missing_input,
                "compress.networks: there is no best network: none meets the constraints");
  return exact.top.front().id;
}

// Those of layers that the job says nothing else of, too.
void set_break_evens(CompressionSettings& how, const std::vector<double>& break_evens) {
  for (std::size_t l = 0; l < break_evens.size(); ++l) {
    if (break_evens[l] >= 1) continue;
    const auto its = [l](const LayerCompression& layer) { return layer.layer == static_cast<int>(l); };
    auto found = std::ranges::find_if(how.layers, its);
    if (found == how.layers.end()) found = how.layers.insert(found, {.layer = static_cast<int>(l)});
    if (found->keep == 0) found->break_even = break_evens[l];
  }
}

NetworkGraph graph_of(const PlannedCompression& planned) {
  const Space space(planned.space);
  return space.lower(space.point(planned.id), planned.seed);
}

// Refuses what does not fit on the chip, and what would cut a layer off: which groups are needed does not depend on the
// weights.
void check_on_chip(const CompressionSettings& how, const NetworkGraph& graph) {
  if (how.chip.is_null()) return;
  const ImcDesign design = imc_design_from_json(how.chip);
  const std::vector<MaskedLayer> layers = masked_layers(graph);
  tiles_in_order(design, dense_tiles(design.tiling, layers));
  if (!prunes_groups(how)) return;
  const std::vector<WeightGroup> groups = groups_of(how.method, design, layers);
  best_groups(layers, groups, std::vector<double>(groups.size()),
              std::llround(static_cast<double>(kept_weights(dense_masks(layers))) / how.ratio));
}

void check_for(const PlannedCompression& planned, const CompressionSettings& how) {
  try {
    const NetworkGraph graph = graph_of(planned);
    check_on_chip(how, graph);
    check_compression(how, graph);
  } catch (const Error& error) {
    throw Error(error.code(), planned.name + ": " + error.what());
  }
}

void tell_of_no_effect(const CompressionSettings& how, std::vector<std::string>& told) {
  const CompressionSettings usual;
  const auto tell = [&](bool differs, const char* key) {
    if (differs)
      told.push_back(std::string("compress.") + key + ": changes nothing with method " + how.method);
  };
  tell(how.method != "cannon" && how.lambda != usual.lambda, "lambda");
  tell(how.method != from_scratch && how.alpha != usual.alpha, "alpha");
  tell(how.sparsity > 0 && how.stages != usual.stages, "stages");
  if (how.method != from_scratch) return;
  tell(how.learning_rate != usual.learning_rate, "learning_rate");
  tell(how.distil != usual.distil, "distil");
}

// What the job says of every network.
CompressionSettings settings_of(const Job& job) {
  CompressionSettings how = job.compress.how;
  if (how.method != "cannon") how.lambda = 0;
  if (how.method != from_scratch) how.alpha = 0;
  if (how.sparsity == 0) return how;
  how.chip = Json::parse(job.hardware.targets.named("imc").attributes().at("design").get<std::string>());
  how.chip.erase("accuracy");  // of no account here
  return how;
}

class CompressStage : public Stage {
 public:
  std::string_view name() const override { return compress_name; }
  std::string_view words() const override { return "networks that are trained and compressed"; }

  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    std::vector<CompressionOrder> orders;
    for (const PlannedCompression& planned : compressions(findings)) {
      CompressionSettings how = settings_of(job);
      set_break_evens(how, break_evens_of(job, planned, findings.results()));
      how.target = job.compress.target;
      // What others have learned before they are pruned.
      if (how.method == from_scratch) how.epochs += job.training.epochs;
      check_for(planned, how);
      orders.push_back({.task = planned.task,
                        .space = planned.space,
                        .id = planned.id,
                        .seed = planned.seed,
                        .how = std::move(how),
                        .name = planned.name,
                        .k = planned.k,
                        .stem = planned.stem});
    }
    return plan_compressions(job, name(), orders);
  }
  bool of_networks() const override { return true; }
  bool rests_on_models() const override { return true; }
  void judge(StageOutcome& outcome) const override { judge_compression(outcome); }
  bool asked(const Job& job) const override { return !job.compress.networks.empty(); }
  bool keeps_checkpoints() const override { return true; }
  bool writes_networks() const override { return true; }
  std::string report(const ArchiveContents& archive, const ReportOptions&) const override {
    return compression_text(archive);
  }
  std::size_t tasks(const Forecast& forecast) const override {
    return forecast.job.compress.networks.size() * static_cast<std::size_t>(forecast.job.compress.seeds);
  }
};

// Both without the seeds.
PlannedCompression of_network(const Space& space, NetworkId id) {
  PlannedCompression planned;
  planned.name = network_text(space, space.point(id));
  planned.space = space.definition();
  planned.id = id;
  planned.stem = network_stem(space, id);
  return planned;
}
PlannedCompression named_compression(const Job& job, const Space& space, const std::string& text) {
  const ReferenceNetwork* reference = find_reference(text);
  if (reference == nullptr) return of_network(space, named_to_train(job, space, text));
  const Space own(definition_of(*reference, job.space.input));
  PlannedCompression planned = of_network(own, own.id(parse_network(own, reference->network)));
  planned.name = planned.stem = text;
  return planned;
}

std::string stem_of(const Job& job, std::string network, int k) {
  if (job.compress.seeds > 1) network.append("-seed").append(std::to_string(k));
  return network.append("-").append(compression_name(job.compress.how));
}

}  // namespace

std::vector<std::string> require_compressible(const Job& job) {
  std::vector<std::string> told;
  if (job.compress.networks.empty()) return told;
  const CompressionSettings how = settings_of(job);
  tell_of_no_effect(job.compress.how, told);
  check_compression(how);  // also where the best alone is named
  const Space space(job.space);
  for (const std::string& text : job.compress.networks) {
    if (text == "best") continue;
    PlannedCompression planned = named_compression(job, space, text);
    planned.seed = network_seed(job, train_name, planned.id);
    check_for(planned, how);
    if (how.ratio > 1 && layers_say_all(how, graph_of(planned)))
      told.push_back(planned.name +
                     ": compress.ratio: changes nothing where compress.layers say what each layer keeps");
  }
  return told;
}

std::vector<PlannedCompression> compressions(Findings& findings) {
  const Job& job = findings.job();
  std::vector<PlannedCompression> list;
  for (const std::string& text : job.compress.networks) {
    const Space& space = findings.space();
    PlannedCompression planned =
        text == "best" ? of_network(space, best_network(findings)) : named_compression(job, space, text);
    const std::string stem = planned.stem;
    const TaskId place = list.size() / static_cast<std::size_t>(job.compress.seeds);
    for (planned.k = 0; planned.k < job.compress.seeds; ++planned.k) {
      const std::uint64_t first = network_seed(job, "train", planned.id);
      planned.seed =
          planned.k == 0 ? first : derive_seed(first, compress_name, static_cast<std::uint64_t>(planned.k));
      planned.task = place * seeds_a_network + static_cast<TaskId>(planned.k);
      planned.stem = stem_of(job, stem, planned.k);
      list.push_back(planned);
    }
  }
  return list;
}

Compressed compressed_from(const Json& output) {
  const Json& settings = output.at("compression");
  Compressed compressed;
  compressed.network = output.at("network").get<std::string>();
  compressed.k = output.at("training_number").get<int>();
  compressed.seed = output.at("seed").get<std::uint64_t>();
  compressed.method = settings.at("method").get<std::string>();
  compressed.ratio = settings.at("ratio").get<double>();
  compressed.bits = settings.at("bits").get<int>();
  compressed.sparsity = settings.value("sparsity", 0.0);
  compressed.lambda = settings.value("lambda", 0.0);
  compressed.alpha = settings.value("alpha", 0.0);
  compressed.files = output.at("files").get<std::vector<std::string>>();
  compressed.result = compression_result_from_json(output);
  for (const Json& form : output.at("forms")) compressed.forms.push_back(layer_form_from_json(form));
  compressed.space = space_definition_from_json(output.at("space"));
  compressed.id = id_from_json(output.at("id"));
  return compressed;
}

std::vector<Compressed> compressed_networks(const Results& results) {
  std::vector<Compressed> list;
  for (const auto& [id, outcome] : results.stage(std::string(compress_name))) {
    if (!outcome.output.is_object()) continue;
    list.push_back(compressed_from(outcome.output));
  }
  return list;
}

std::optional<CompressedCost> cost_on(const Target& target, const Compressed& network) {
  if (network.forms.empty() || !target.has_model()) return std::nullopt;
  const Space space(network.space);
  const NetworkGraph graph = space.lower(space.point(network.id), network.seed);
  constexpr int usual_bits = 8;
  return CompressedCost{*target.modelled(graph, network.forms),
                        *target.modelled(graph, dense_forms(graph, usual_bits))};
}

const Stage& compress_stage() {
  static const CompressStage stage;
  return stage;
}

}  // namespace flash

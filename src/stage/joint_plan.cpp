// Networks whose cells are compressed each in its way, as tasks.
#include <algorithm>
#include <cmath>
#include <map>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/findings/fitted_from.hpp"
#include "flash/hardware/file_bytes.hpp"
#include "flash/search/question.hpp"
#include "flash/space/network_text.hpp"
#include "flash/stage/compression.hpp"
#include "flash/stage/joint.hpp"
#include "flash/stage/plans.hpp"

namespace flash {
namespace {

constexpr TaskId samples_a_network = 100;  // compress.samples at most
constexpr int quantised_bits = 8;          // of a network, where layers have bits of their own

std::string cells_text(const Json& options) {
  std::string text;
  for (const Json& option : options) text.append(text.empty() ? "" : " | ").append(option.get<std::string>());
  return text;
}

}  // namespace

CompressionSettings compression_of(const Job& job, const NetworkGraph& graph,
                                   const std::vector<std::size_t>& options) {
  CompressionSettings settings = job.compress.how;
  settings.layers.clear();
  settings.macs_ratio = 1;
  const auto option_of = [&](std::size_t slot) -> const CellOption& {
    return job.joint.options[options[slot]];
  };
  bool quantised = false;
  for (std::size_t slot = 0; slot < options.size(); ++slot) {
    const CellOption& option = option_of(slot);
    quantised = quantised || option.bits < 32;
    if (option.kept == 1) continue;
    settings.groups = option.pruned == Pruned::rows      ? "rows"
                      : option.pruned == Pruned::filters ? "filters"
                                                         : "none";
  }
  settings.bits = quantised ? quantised_bits : 32;
  double weights = 0, kept = 0;
  std::map<std::size_t, std::pair<double, double>> cells;  // weights and layers
  int layer = 0;
  for (const NetworkGraph::Node& node : graph.nodes()) {
    if (!node.op.has_matrix()) continue;
    const CellOption& option = option_of(node.slot);
    LayerCompression& own = settings.layers.emplace_back();
    own.layer = layer++;
    own.keep = option.kept;
    own.part = option.kept < 1 ? static_cast<int>(node.slot) : -1;
    own.bits = quantised ? option.bits : 0;
    auto& [its_weights, its_layers] = cells[node.slot];
    its_weights += static_cast<double>(node.op.weights());
    ++its_layers;
  }
  for (const auto& [slot, cell] : cells) {
    weights += cell.first;
    kept += std::max(cell.second, option_of(slot).kept * cell.first);  // no layer is emptied
  }
  settings.ratio = std::max(1.0, weights / kept);
  return settings;
}

StagePlan plan_compressions(const Job& job, const Space& space, std::string_view stage,
                            const std::vector<JointCompression>& list) {
  std::vector<CompressionOrder> orders;
  for (const JointCompression& each : list) {
    const Point point = space.point(each.id);
    Json options = Json::array();
    for (const std::size_t option : each.options) options.push_back(job.joint.options[option].text);
    orders.push_back({.task = each.task,
                      .space = job.space,
                      .id = each.id,
                      .seed = each.seed,
                      .how = compression_of(job, space.lower(point, each.seed), each.options),
                      .name = network_text(space, point),
                      .stem = network_stem(space, each.id),
                      .joint = {{"id", id_json(each.id)}, {"options", options}},
                      .told = each.told});
  }
  return plan_compressions(job, stage, orders);
}

std::vector<JointCompression> compression_samples(Findings& findings) {
  const Job& job = findings.job();
  const Space& space = findings.space();
  const NetworkPlan& trained = findings.to_train();
  const auto networks = std::min(static_cast<std::size_t>(job.joint.networks), trained.ids.size());
  const std::size_t options = job.joint.options.size();
  std::vector<JointCompression> list;
  if (options < 2) return list;
  for (std::size_t n = 0; n < networks; ++n) {
    const NetworkId id = trained.ids[n];
    const std::size_t cells = space.stratum_of(id).cells();
    Philox random(derive_seed(job.seed, std::string(compress_samples_name), n), 0);
    for (int k = 0; k < job.joint.samples; ++k) {
      JointCompression sample{.task = n * samples_a_network + static_cast<TaskId>(k),
                              .id = id,
                              .options = std::vector<std::size_t>(cells, 1 + n % (options - 1)),
                              .seed = network_seed(job, train_name, id)};
      while (k > 0) {
        for (std::size_t& option : sample.options) option = static_cast<std::size_t>(random.below(options));
        if (std::ranges::any_of(sample.options, [](std::size_t option) { return option > 0; })) break;
      }
      list.push_back(std::move(sample));
    }
  }
  return list;
}

JointModels joint_models(const Job& job, const Space& space, const Results& results, int rounds) {
  JointModels models{.space = job.space, .file = FileModel(job.joint.options, job.compress.how.bias_bits)};
  std::vector<LossSample> losses;
  std::vector<FileModel::Sample> files;
  const auto learn = [&](const StageOutcome& outcome) {
    if (!outcome.ok) return;
    const CompressionResult result = compression_result_from_json(outcome.output);
    const Json& joint = outcome.output.at("joint");
    const Point point = space.point(id_from_json(joint.at("id")));
    LossSample loss{.network = outcome.output.at("network").get<std::string>()};
    FileModel::Sample file{.network = loss.network};
    const double chance = 1.0 / space.definition().input.classes;
    loss.loss = result.accuracy_dense - (std::isfinite(result.accuracy) ? result.accuracy : chance);
    file.parts = {result.header_bytes, result.mask_bytes, result.value_bytes, result.bias_bytes};
    for (std::size_t slot = 0; slot < point.options.size(); ++slot) {
      const auto text = joint.at("options").at(slot).get<std::string>();
      const auto option = std::ranges::find(job.joint.options, text, &CellOption::text);
      if (option == job.joint.options.end()) break;
      const FileCounts counts = file_counts(space.part(point, slot));
      loss.options.push_back(*option);
      loss.cell_weights.push_back(counts.weights);
      file.options.push_back(static_cast<std::size_t>(option - job.joint.options.begin()));
      file.cells.push_back(counts);
    }
    if (file.cells.size() != point.options.size()) return;  // of options that the job no longer has
    losses.push_back(std::move(loss));
    if (result.file_bytes > 0) files.push_back(std::move(file));  // none where it diverged
  };
  for (const auto& [task, outcome] : results.stage(std::string(compress_samples_name))) learn(outcome);
  for (const auto& [task, outcome] : results.stage(std::string(compress_confirm_name)))
    if (task < static_cast<TaskId>(rounds) * tasks_a_round) learn(outcome);
  if (losses.empty())
    throw Error(
        ExitCode::missing_input,
        "nothing has been compressed for compress.options yet: run stage compress_samples of this job");
  models.loss = fit_loss(losses);
  models.file.calibrate(files);
  models.provenance = {{"seed", job.seed},
                       {"epochs", job.compress.how.epochs},
                       {"method", job.compress.how.method},
                       {"training_epochs", job.training.epochs}};
  return models;
}

JointModels joint_models(Findings& findings) {
  JointModels models = joint_models(findings.job(), findings.space(), findings.results());
  models.provenance["fitted_from"] = compression_fitted_from(findings.job());
  return models;
}

void set_joint_question(const Job& job, Objective& objective, Constraints& constraints) {
  if (!job.joint.minimise.empty()) set_objective(objective, "", job.joint.minimise);
  if (!std::isfinite(constraints.metric_max[file_bytes()]))
    constraints.metric_max[file_bytes()] = job.joint.file_bytes_max;
}

ModelledCosts modelled_costs(const Job& job) {
  const Target& target = job.hardware.setup();
  if (!target.has_model()) return {};
  return {[&target](const NetworkGraph& graph, std::span<const LayerForm> forms) {
            return target.modelled(graph, forms);
          },
          target.dense_bits()};
}

Measurement JointOutcome::cost(const Job& job) const {
  const auto cost = cost_on(job.hardware.setup(), made);
  return cost ? cost->compressed : Measurement();
}

bool JointOutcome::holds(const Job& job) const {
  const CompressionResult& result = made.result;
  if (!result.ok || result.accuracy < job.constraints.accuracy_min ||
      static_cast<double>(result.file_bytes) > job.joint.file_bytes_max)
    return false;
  const Measurement costs = cost(job);
  return std::ranges::none_of(plain_fitted_metrics, [&](Metric metric) {
    return costs[metric] > job.constraints.metric_max[metric];
  });
}

std::vector<JointOutcome> joint_outcomes(const Results& results) {
  std::vector<JointOutcome> list;
  for (const std::string_view stage : {compress_samples_name, compress_confirm_name})
    for (const auto& [task, outcome] : results.stage(std::string(stage))) {
      if (!outcome.output.is_object()) continue;
      const Json& joint = outcome.output.at("joint");
      const auto told = [&](const char* key) { return number_or_nan(joint.value(key, Json(nullptr))); };
      list.push_back({.stage = stage,
                      .task = task,
                      .round = stage == compress_confirm_name ? static_cast<int>(task / tasks_a_round) : 0,
                      .cells = cells_text(joint.at("options")),
                      .accuracy = told("accuracy"),
                      .file_bytes = told("file_bytes"),
                      .latency = told("latency_ms"),
                      .energy = told("energy_mj"),
                      .made = compressed_from(outcome.output)});
    }
  return list;
}

}  // namespace flash

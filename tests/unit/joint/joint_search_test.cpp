#include "flash/joint/joint_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "../search/spaces.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/hardware/file_bytes.hpp"
#include "flash/hardware/interval.hpp"
#include "flash/search/exact.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

using namespace test;

JointModels joint_models(const SpaceDefinition& space, const std::vector<std::string>& options) {
  JointModels models{.space = space, .file = FileModel(cell_options(options), 8), .provenance = "by hand"};
  models.loss.model = {.weights = 300,
                       .terms = {{"pruned", 0.004}, {"levels small", 0.01}, {"pruned_hard.0", 0.01}}};
  return models;
}

// Latency by what is multiplied, energy by the bits that are read.
std::optional<Measurement> modelled(const NetworkGraph& graph, std::span<const LayerForm> forms) {
  Measurement costs;
  costs[Metric::latency] = 0.1;
  costs[Metric::energy] = 0.2;
  std::size_t layer = 0;
  for (const NetworkGraph::Node& node : graph.nodes()) {
    if (!node.op.has_matrix()) continue;
    const LayerForm& form = forms[layer++];
    const double bits = form.kept * (form.bits + form.index_bits) * form.rows_kept;
    costs[Metric::latency] += 1e-5 * static_cast<double>(node.op.macs()) * form.kept * form.rows_kept;
    costs[Metric::energy] += 1e-5 * static_cast<double>(node.op.weights()) * bits;
  }
  return costs;
}

// Every network of every stratum with every form of its cells; `only_useful`: without those that others beat.
std::vector<JointRanked> all_of(const JointTables& tables, bool only_useful) {
  std::vector<JointRanked> all;
  const auto next = [](auto& digits, const auto& counts) {
    for (std::size_t i = digits.size(); i-- > 0;) {
      if (static_cast<std::size_t>(++digits[i]) < static_cast<std::size_t>(counts[i])) return true;
      digits[i] = 0;
    }
    return false;
  };
  for (const Stratum& stratum : tables.dense().space().strata()) {
    JointNetwork network{stratum.index, std::vector<std::size_t>(stratum.cells()), {}};
    const std::vector<std::size_t> forms(stratum.cells(), tables.options().size());
    do {
      bool useful = true;
      for (std::size_t slot = 0; slot < stratum.cells(); ++slot)
        useful =
            useful && std::ranges::count(tables.useful(stratum.index, slot), network.compression[slot]) > 0;
      if (only_useful && !useful) continue;
      network.options.assign(stratum.cells(), 0);
      do all.push_back({network, tables(network)});
      while (next(network.options, stratum.options));
    } while (next(network.compression, forms));
  }
  std::ranges::sort(all, [](const JointRanked& a, const JointRanked& b) {
    const auto key = [](const JointRanked& r) {
      return std::tuple(r.evaluation.violation, -r.evaluation.objective, r.network);
    };
    return key(a) < key(b);
  });
  return all;
}

TEST(JointSearch, EqualsBruteForceOnRandomSpaces) {
  const std::vector<std::string> pool{"bits 8",   "bits 4",           "bits 2",
                                      "keep 0.5", "keep 0.25 bits 4", "keep 0.1 bits 3"};
  int looked = 0, infeasible = 0, compressed = 0, left_out = 0, bounded = 0, maxima = 0;
  for (std::uint64_t seed = 0; seed < 1600; ++seed) {
    SCOPED_TRACE(seed);
    const Evaluator plain = random_evaluator(seed, 60);
    if (plain.objective().training_free || plain.has(interval())) continue;
    Philox random(seed, 90);
    std::vector<std::string> options{"dense"};
    for (const std::string& option : pool)
      if (options.size() < 4 && random.below(2) == 0) options.push_back(option);
    JointModels joint = joint_models(plain.space().definition(), options);
    for (LossModel::Term& term : joint.loss.model.terms) term.coefficient *= 4 * random.uniform();
    Constraints constraints = plain.constraints();
    const Evaluator free(plain.space(), with_file_bytes(plain.models(), joint), plain.objective(),
                         constraints, {file_bytes()});
    if (random.below(2) == 0) {
      const auto [low, high] = free.metric_range(file_bytes());
      constraints.metric_max[file_bytes()] = low * 0.2 + random.uniform() * (high - low) * 0.3;
      ++bounded;
    }
    const Evaluator dense(plain.space(), with_file_bytes(plain.models(), joint), plain.objective(),
                          constraints, {file_bytes()});
    const bool by_model = random.below(2) == 0;
    std::optional<JointTables> tables;
    tables.emplace(dense, joint, by_model ? ModelledCosts{modelled} : ModelledCosts());
    const std::size_t top_k = 1 + seed % 9;
    JointResult result;
    try {
      result = solve_joint(
          *tables, [] { return false; }, top_k);
    } catch (const Error& error) {  // costs that a falling model takes below 0
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      continue;
    }
    const std::vector<JointRanked> all = all_of(*tables, false), useful = all_of(*tables, true);
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.best.network, useful.front().network);
    EXPECT_EQ(result.best.evaluation.objective, useful.front().evaluation.objective);
    EXPECT_EQ(result.best.evaluation.violation, all.front().evaluation.violation);
    EXPECT_NEAR(result.best.evaluation.objective / all.front().evaluation.objective, 1, 1e-11);
    EXPECT_EQ(result.found, all.front().evaluation.feasible());
    std::size_t feasible = 0;
    for (const JointRanked& each : useful) feasible += each.evaluation.feasible() ? 1 : 0;
    ASSERT_EQ(result.top.size(), std::min(top_k, feasible));
    for (std::size_t i = 0; i < result.top.size(); ++i) EXPECT_EQ(result.top[i].network, useful[i].network);
    const Evaluation best_alone = tables->best_alone();
    double accuracy = 0;
    for (const JointRanked& each : all) accuracy = std::max(accuracy, each.evaluation.accuracy);
    EXPECT_NEAR(best_alone.accuracy, accuracy, 1e-12);
    for (const Metric m : dense.metrics()) {
      double least = std::numeric_limits<double>::infinity();
      for (const JointRanked& each : all) least = std::min(least, each.evaluation.metrics[m]);
      EXPECT_NEAR(best_alone.metrics[m], least, 1e-12 * std::abs(least)) << name(m);
    }
    if (result.found) {
      EXPECT_LE(result.largest_cut_bound, result.top.back().evaluation.objective);
    }
    ++looked;
    infeasible += !result.found;
    left_out += result.left_out > 0;
    maxima += dense.has(Metric::peak_memory);
    compressed += std::ranges::any_of(result.best.network.compression, [](std::size_t o) { return o > 0; });
  }
  EXPECT_GE(looked, 800);
  EXPECT_GE(infeasible, 20);
  EXPECT_GE(compressed, 300);
  EXPECT_GE(left_out, 300);
  EXPECT_GE(bounded, 300);
  EXPECT_GE(maxima, 100);
}

// With nothing else to choose the answer is the one without this search, to the last bit.
TEST(JointSearch, DenseAloneIsTodaysAnswer) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    const Evaluator dense = random_evaluator(seed, 300);
    if (dense.objective().training_free || dense.has(interval())) continue;
    const JointTables tables(dense, joint_models(dense.space().definition(), {"dense"}), {modelled});
    const ExactResult today = solve_exact(
        dense, [] { return false; }, 5);
    const JointResult joint = solve_joint(
        tables, [] { return false; }, 5);
    const auto id = [&](const JointRanked& r) {
      return dense.space().id({r.network.stratum, r.network.options});
    };
    EXPECT_EQ(id(joint.best), today.best_id);
    EXPECT_EQ(joint.best.evaluation.objective, today.best.objective);
    EXPECT_EQ(joint.best.evaluation.accuracy, today.best.accuracy);
    EXPECT_EQ(joint.best.evaluation.violation, today.best.violation);
    EXPECT_EQ(joint.boxes, today.boxes);
    EXPECT_EQ(joint.evaluations, today.evaluations);
    ASSERT_EQ(joint.top.size(), today.top.size());
    for (std::size_t i = 0; i < joint.top.size(); ++i) {
      EXPECT_EQ(id(joint.top[i]), today.top[i].id);
      EXPECT_EQ(joint.top[i].evaluation.objective, today.top[i].objective);
    }
  }
}

// By hand, from the network's operators alone.
TEST(JointTables, AreWhatTheModelsSay) {
  const CellSpace definition = small_space({4, 6}, {4, 6});
  Models models = simple_models(definition, 60);
  models.metrics[Metric::latency] = MetricModel{0.1, {{"macs", 1e-5}}};
  const JointModels joint = joint_models(definition, {"dense", "bits 4", "keep 0.25 bits 4"});
  const Evaluator dense(Space(definition), with_file_bytes(models, joint), {}, {},
                        {file_bytes(), Metric::macs});
  const JointTables tables(dense, joint, {modelled}), unmodelled(dense, joint, {});
  const Space& space = dense.space();
  Philox random(1, 2);
  for (int i = 0; i < 200; ++i) {
    const Point point = space.point(random.below(space.size()));
    const JointNetwork network{point.stratum, {random.below(3), random.below(3)}, point.options};
    double loss = 0, bytes = joint.file.constant(), latency = 0.1;
    for (std::size_t slot = 0; slot < 2; ++slot) {
      const CellOption& option = joint.options()[network.compression[slot]];
      const std::vector<Operator> operators = space.part(point, slot);
      const FileCounts counts = file_counts(operators);
      loss += joint.loss.model(option, slot, counts.weights);
      bytes += joint.file.cell(network.compression[slot], counts);
      for (const Operator& op : operators) latency += 1e-5 * static_cast<double>(op.macs()) * option.kept;
    }
    const Evaluation dense_one = dense.at(space.id(point)), told = tables(network);
    EXPECT_NEAR(told.accuracy, dense_one.accuracy - loss, 1e-12);
    EXPECT_NEAR(told.metrics[file_bytes()], bytes, 1e-9 * bytes);
    EXPECT_NEAR(told.metrics[Metric::latency], latency, 1e-9 * latency);
    EXPECT_EQ(told.metrics[Metric::macs], dense_one.metrics[Metric::macs]);
    EXPECT_LE(told.metrics[Metric::energy], dense_one.metrics[Metric::energy]);
    EXPECT_EQ(unmodelled(network).metrics[Metric::latency], dense_one.metrics[Metric::latency]);
  }
}

TEST(JointTables, RefuseWhatTheyCannotTell) {
  const CellSpace definition = small_space();
  const JointModels joint = joint_models(definition, {"dense", "bits 4"});
  const Evaluator free_of_training(Space(definition), simple_models(definition), {.training_free = true}, {});
  EXPECT_THROW(JointTables(free_of_training, joint, {}), Error);
  const CellSpace other = small_space({2, 3, 5});
  const Evaluator others(Space(other), simple_models(other), {}, {});
  EXPECT_THROW(JointTables(others, joint, {}), Error);
}

// Eight options a cell: as many as a job may have, within seconds.
TEST(JointSearch, ProvesLargeSpaces) {
  for (const char* name : {"shapes-mini", "cifar-small", "flash-63b"}) {
    SCOPED_TRACE(name);
    const SpaceDefinition definition = find_preset(name)->definition;
    Models models = simple_models(definition, 60);
    models.metrics[Metric::latency] = MetricModel{0.1, {{"macs", 1e-6}}};
    const JointModels joint =
        joint_models(definition, {"dense", "bits 8", "bits 4", "bits 3", "keep 0.5 bits 4",
                                  "keep 0.25 bits 4", "keep 0.1 bits 4", "keep 0.1 bits 3"});
    const Evaluator free(Space(definition), with_file_bytes(models, joint), {.metric = PerMetric<double>()},
                         {}, {file_bytes()});
    Constraints floor;
    floor.accuracy_min =
        free.accuracy(free.degree_range().first) * 0.4 + free.accuracy(free.degree_range().second) * 0.55;
    Objective bytes{.accuracy = 0, .metric = PerMetric<double>()};
    bytes.metric[file_bytes()] = 1;
    Constraints ceiling;
    ceiling.metric_max[file_bytes()] = 0.02 * free.metric_range(file_bytes()).second;
    ceiling.metric_max[Metric::energy] = 0.2 * free.metric_range(Metric::energy).second;
    const std::pair<Objective, Constraints> questions[] = {{bytes, floor},
                                                           {{.metric = PerMetric<double>()}, ceiling}};
    for (const auto& [objective, constraints] : questions) {
      const Evaluator dense(Space(definition), with_file_bytes(models, joint), objective, constraints,
                            {file_bytes()});
      const JointTables tables(dense, joint, {modelled});
      const JointResult result = solve_joint(
          tables, [] { return false; }, 5);
      EXPECT_TRUE(result.complete);
      EXPECT_TRUE(result.found);
      EXPECT_EQ(result.top.size(), 5U);
      EXPECT_LT(result.seconds, 60);
    }
  }
}

}  // namespace
}  // namespace flash

#include "flash/stage/joint.hpp"
#include "flash/stage/plans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "flash/core/error.hpp"
#include "flash/findings/findings.hpp"
#include "flash/findings/fitted_from.hpp"
#include "flash/findings/plan.hpp"
#include "flash/hardware/file_bytes.hpp"
#include "flash/joint/joint_search.hpp"
#include "flash/space/families/cell_space.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

class JointStages : public testing::Test {
 protected:
  JointStages() {
    CellSpace space;
    space.widths = {4, 8};
    space.wm = {1, 2};
    space.depths = {3, 4, 5};
    space.input = {1, 8, 10};
    job_.space = space;
    job_.joint.texts = {"dense", "bits 4", "keep 0.25 bits 4", "keep 0.5"};
    job_.joint.options = cell_options(job_.joint.texts);
    job_.joint.networks = 5;
  }

  // As if each sample had been compressed: half a point lost for each cell that is pruned, files as predicted.
  Results compressed(const StagePlan& plan) const {
    Results results;
    const Space space(job_.space);
    for (const StageTask& task : plan.tasks) {
      const Json input = Json::parse(task.input);
      CompressionResult result{.ok = true, .dense_ok = true, .accuracy_dense = 0.8, .accuracy = 0.8};
      FileModel files(job_.joint.options, 8);
      const Point point = space.point(id_from_json(input.at("id")));
      double bytes = 0;
      for (std::size_t slot = 0; slot < point.options.size(); ++slot) {
        const auto option = static_cast<std::size_t>(
            std::ranges::find(job_.joint.texts, input.at("joint").at("options").at(slot).get<std::string>()) -
            job_.joint.texts.begin());
        result.accuracy -= 0.005 * std::log(1 / job_.joint.options[option].kept);
        bytes += files.cell(option, file_counts(space.part(point, slot)));
      }
      result.header_bytes = 100;
      result.value_bytes = static_cast<std::size_t>(bytes);
      result.mask_bytes = result.bias_bytes = 50;
      result.file_bytes = 200 + result.value_bytes;
      StageOutcome outcome;
      outcome.ok = true;
      outcome.output = to_json(result);
      for (const char* key : {"network", "training_number", "space", "id", "seed", "compression", "joint"})
        outcome.output[key] = input.at(key);
      outcome.output["files"] = Json::array({input.at("name")});
      outcome.output["forms"] = Json::array();
      results.add(plan.name, task.id, std::move(outcome));
    }
    return results;
  }

  Job job_;
};

TEST_F(JointStages, SamplesAreSpreadOverNetworksAndOptions) {
  const Space space(job_.space);
  const Results none;
  Findings findings(job_, space, none);
  const std::vector<JointCompression> samples = compression_samples(findings);
  ASSERT_EQ(samples.size(), 20U);
  std::set<NetworkId> networks;
  std::set<std::size_t> alike, all;
  std::set<TaskId> tasks;
  for (const JointCompression& sample : samples) {
    networks.insert(sample.id);
    tasks.insert(sample.task);
    EXPECT_EQ(sample.seed, network_seed(job_, "train", sample.id));
    EXPECT_TRUE(std::ranges::any_of(sample.options, [](std::size_t o) { return o > 0; }));
    for (const std::size_t option : sample.options) all.insert(option);
    if (sample.task % 100 == 0) {
      EXPECT_EQ(std::set(sample.options.begin(), sample.options.end()).size(), 1U);
      alike.insert(sample.options.front());
    }
  }
  EXPECT_EQ(networks.size(), 5U);
  EXPECT_EQ(tasks.size(), 20U);
  EXPECT_EQ(alike.size(), 3U);
  EXPECT_EQ(all.size(), 4U);
  EXPECT_THROW(joint_models(findings), Error);  // nothing has been compressed yet
}

// Each layer has its cell's share and bits; a dense cell stays as trained.
TEST_F(JointStages, SettingsNameEachLayer) {
  const Space space(job_.space);
  const NetworkGraph graph = space.lower(space.point(7), 1);
  const CompressionSettings settings = compression_of(job_, graph, {2, 0});
  check_compression(settings);
  EXPECT_EQ(settings.bits, 8);
  EXPECT_EQ(settings.groups, "none");
  std::size_t layer = 0;
  double kept = 0, weights = 0;
  for (const NetworkGraph::Node& node : graph.nodes()) {
    if (!node.op.has_matrix()) continue;
    const LayerCompression& own = settings.layers.at(layer);
    EXPECT_EQ(own.layer, static_cast<int>(layer++));
    EXPECT_EQ(own.keep, node.slot == 0 ? 0.25 : 1);
    EXPECT_EQ(own.bits, node.slot == 0 ? 4 : 32);
    weights += static_cast<double>(node.op.weights());
    kept += own.keep * static_cast<double>(node.op.weights());
  }
  EXPECT_EQ(settings.layers.size(), layer);
  EXPECT_NEAR(settings.ratio, weights / kept, 1e-12);
  const CompressionSettings pruned = compression_of(job_, graph, {3, 0});  // nothing quantised
  check_compression(pruned);
  EXPECT_EQ(pruned.bits, 32);
  EXPECT_EQ(pruned.layers.front().bits, 0);
}

TEST_F(JointStages, FromSamplesToAProvenBest) {
  const Space space(job_.space);
  const Results none;
  Findings before(job_, space, none);
  const StagePlan plan = plan_compressions(job_, space, compress_samples_name, compression_samples(before));
  ASSERT_EQ(plan.tasks.size(), 20U);
  const Results results = compressed(plan);
  const JointModels joint = joint_models(job_, space, results);
  EXPECT_EQ(joint.loss.samples, 20U);
  EXPECT_NEAR(joint.loss.model(job_.joint.options[3], 0, 500), 0.005 * std::log(2), 1e-6);
  EXPECT_LT(joint.file.quality().mape_left, 0.1);
  const std::vector<JointOutcome> outcomes = joint_outcomes(results);
  ASSERT_EQ(outcomes.size(), 20U);
  EXPECT_TRUE(std::isnan(outcomes.front().accuracy));
  EXPECT_THAT(outcomes.front().cells, testing::HasSubstr(" | "));

  Models models;
  models.space = job_.space;
  models.accuracy = AccuracyModel{1.05, 20, -1};
  job_.joint.minimise = "file_bytes";
  job_.constraints.accuracy_min = 0.5;
  Objective objective = job_.objective;
  Constraints constraints = job_.constraints;
  set_joint_question(job_, objective, constraints);
  const Evaluator dense(space, with_file_bytes(models, joint), objective, constraints, {file_bytes()});
  const JointTables tables(dense, joint, {});
  const JointResult result = solve_joint(tables);
  EXPECT_TRUE(result.found);
  EXPECT_TRUE(result.complete);
  EXPECT_GE(result.best.evaluation.accuracy, 0.5);
  EXPECT_THAT(result.best.network.compression, testing::Contains(testing::Gt(0U)));
}

// A sample that ends at chance has lost all that the dense network had: it is fitted to like the others.
TEST_F(JointStages, SamplesAtChanceLostAll) {
  const Space space(job_.space);
  const Results none;
  Findings before(job_, space, none);
  const StagePlan plan = plan_compressions(job_, space, compress_samples_name, compression_samples(before));
  const Results results = compressed(plan);
  const double usual = joint_models(job_, space, results).loss.model(job_.joint.options[3], 0, 500);
  Results lost;
  for (const auto& [task, outcome] : results.stage(std::string(compress_samples_name))) {
    StageOutcome changed = outcome;
    const Json& options = changed.output.at("joint").at("options");
    if (std::ranges::find(options, Json(job_.joint.texts[3])) != options.end()) {
      changed.output["ok"] = false;
      changed.output["accuracy"] = 0.1;
      judge_loss(changed);
      EXPECT_TRUE(changed.ok);
    }
    lost.add(std::string(compress_samples_name), task, std::move(changed));
  }
  const JointModels joint = joint_models(job_, space, lost);
  EXPECT_EQ(joint.loss.samples, 20U);
  EXPECT_GT(joint.loss.model(job_.joint.options[3], 0, 500), usual + 0.05);
}

// A question may change, and how many are confirmed; not what the samples are.
TEST_F(JointStages, ModelsKnowWhatTheyWereFittedFrom) {
  const std::string text =
      "[train]\nepochs = 4\n[compress]\noptions = [\"dense\", \"bits 4\"]\nepochs = 6\ntop = 2\n";
  const auto job_with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    return parse_job(changed.replace(changed.find(from), from.size(), to), "job.toml");
  };
  JointModels models;
  models.provenance["fitted_from"] = compression_fitted_from(parse_job(text, "job.toml"));
  const auto unlike = [&](const std::string& from, const std::string& to) {
    return unlike_job(models, job_with(from, to), "models.json");
  };
  EXPECT_EQ(unlike("top = 2", "top = 3\nminimise = \"file_bytes\"\nfile_bytes_max = 100"), "");
  EXPECT_EQ(unlike("epochs = 6", "epochs = 7"), "compress.epochs (6, now 7)");
  EXPECT_EQ(unlike("epochs = 4", "epochs = 5"), "train.epochs (4, now 5)");
  EXPECT_EQ(unlike("bits 4", "bits 3"), R"(compress.options (["dense","bits 4"], now ["dense","bits 3"]))");
  EXPECT_NO_THROW(require_fitted_from(models, job_with("top = 2", "top = 5"), "models.json"));
  EXPECT_THROW(require_fitted_from(models, job_with("epochs = 6", "epochs = 7"), "models.json"), Error);
  models.provenance = "by hand";
  EXPECT_EQ(unlike_job(models, job_with("epochs = 6", "epochs = 7"), "models.json"), "");
  EXPECT_THROW(require_fitted_from(models, job_with("top = 2", "top = 2"), "models.json"), Error);
}

// Results of options that the job no longer has are passed over.
TEST_F(JointStages, OptionsMayChange) {
  const Space space(job_.space);
  const Results none;
  Findings before(job_, space, none);
  const Results results =
      compressed(plan_compressions(job_, space, compress_samples_name, compression_samples(before)));
  job_.joint.texts = {"dense", "bits 4", "keep 0.5"};
  job_.joint.options = cell_options(job_.joint.texts);
  EXPECT_LT(joint_models(job_, space, results).loss.samples, 20U);
  job_.joint.options = cell_options({"dense", "bits 7"});
  EXPECT_THROW(joint_models(job_, space, results), Error);
}

}  // namespace
}  // namespace flash

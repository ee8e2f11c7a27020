// Networks that cannot learn are not trained, and a table of accuracies stands for all training.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "flash/core/error.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/findings/fit.hpp"
#include "flash/findings/networks.hpp"
#include "flash/findings/refinement.hpp"
#include "flash/findings/run_models.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/liveness.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* dead_cell = "|skip_connect~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|";

// What a made-up benchmark says of a cell: the more convolutions the better.
double accuracy_of(const Point& point) {
  double sum = 0.3;
  for (const std::int64_t option : point.options)
    sum += std::array{0.0, 0.02, 0.05, 0.08, 0.01}[static_cast<std::size_t>(option)];
  return sum;
}

class KnownAccuracies : public testing::Test {
 protected:
  ~KnownAccuracies() override { std::filesystem::remove(path); }

  // Of every step-th network.
  void write(std::uint64_t step) const {
    std::ofstream file(path);
    file << "arch,accuracy\n";
    for (std::uint64_t id = 0; id < space.size(); id += step)
      file << foreign_text(space, space.point(id)) << "," << accuracy_of(space.point(id)) << "\n";
  }
  Job job(const std::string& more = "") const {
    Job made = parse_job(
        "[job]\nname = \"known\"\n[space]\npreset = \"nasbench201\"\n[data]\nsource = \"cifar10\"\n[train]\n"
        "table = \"" +
            path.string() + "\"\n" + more,
        "/known.toml");
    resolve_input(made);
    return made;
  }
  static void look_up(const StagePlan& plan, Results& results) {
    for (const StageTask& task : plan.tasks) {
      StageOutcome outcome;
      outcome.ok = true;
      outcome.output = parse_json(task.input).at("values");
      outcome.inputs = task.inputs;
      judge_training(outcome);
      results.add(plan.name, task.id, std::move(outcome));
    }
  }
  static StagePlan trainings(const Job& job, const Space& of, const std::vector<NetworkId>& ids,
                             bool test = false) {
    std::vector<PlannedTraining> list;
    for (const NetworkId id : ids) list.push_back({id, id, 1, test});
    return plan_trainings(job, of, train_name, list);
  }

  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("flash_known_" + std::to_string(::getpid()) + ".csv");
  const Space space{find_preset("nasbench201")->definition};
};

TEST_F(KnownAccuracies, OnesThatCannotLearnAreNeverDrawn) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const auto drawn = draw_networks(space, 2'000, 0, seed);
    const auto spread = spread_networks(space, 60, 0, seed);
    EXPECT_EQ(spread.size(), 60u);  // others stand in their places
    EXPECT_EQ(spread, spread_networks(space, 60, 0, seed));
    for (const auto& ids : {drawn, spread})
      for (const NetworkId id : ids) EXPECT_EQ(why_untrainable(space, space.point(id)), "");
  }
}

TEST_F(KnownAccuracies, ASpaceWithoutALivePathIsRefused) {
  SpaceDefinition definition = space.definition();
  definition.settings["operators"] = {"a: none", "b: none"};
  try {
    spread_networks(Space(definition), 10, 0, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    EXPECT_THAT(error.what(), HasSubstr("none has a live path"));
  }
}

TEST_F(KnownAccuracies, DeadNetworksFailBeforeAnythingIsSpent) {
  Job trains = parse_job(
      "[job]\nname = \"n\"\n[space]\npreset = \"nasbench201\"\n[data]\nsource = \"shapes\"\n", "/n.toml");
  const Space of(trains.space);
  const NetworkId dead = named_network(of, dead_cell);
  const StagePlan plan = trainings(trains, of, {dead, 15'624});
  EXPECT_EQ(parse_json(plan.tasks[0].input).at("kind"), "import");
  EXPECT_EQ(parse_json(plan.tasks[1].input).at("kind"), "train");
  Results results;
  StageOutcome outcome;
  outcome.ok = true;
  outcome.output = parse_json(plan.tasks[0].input).at("values");
  judge_training(outcome);
  EXPECT_FALSE(outcome.ok);
  EXPECT_THAT(outcome.error, HasSubstr("no live path"));
  EXPECT_THROW(named_to_train(trains, of, dead_cell), Error);
}

TEST_F(KnownAccuracies, ComeFromTheTable) {
  write(7);
  const Job known = job();
  const Space of(known.space);
  const NetworkPlan networks = networks_to_train(known, of);
  EXPECT_EQ(networks.ids.size(), 30u);
  EXPECT_EQ(std::set(networks.ids.begin(), networks.ids.end()).size(), 30u);
  for (const NetworkId id : networks.ids) EXPECT_EQ(id % 7, 0u);
  Results results;
  look_up(trainings(known, of, networks.ids), results);
  const std::vector<TrainedSample> samples = trained_samples(of, networks, results);
  for (const TrainedSample& sample : samples) {
    ASSERT_TRUE(sample.good);
    EXPECT_NEAR(sample.accuracy(), accuracy_of(*sample.point), 1e-6);
    EXPECT_EQ(sample.result.parameters, of.counts(*sample.point).parameters);
  }
  // All others of the table hold out.
  const std::vector<PredictorFit> fits = fit_predictors(known, of, samples);
  const auto used = std::ranges::find_if(fits, &PredictorFit::used);
  EXPECT_THAT(used->choice, HasSubstr("held out are 2005 networks of the table"));
  EXPECT_LT(used->rmse_holdout, 0.05);
}

TEST_F(KnownAccuracies, TheSearchMayGoByAWholeTable) {
  write(1);
  const Job known = job("[search]\non_table = true\n");
  ASSERT_NE(known.accuracies.of_all, nullptr);
  ASSERT_EQ(known.accuracies.of_all->size(), 15'625u);
  for (std::uint64_t id = 0; id < space.size(); id += 11)  // those that cannot learn among them
    EXPECT_NEAR((*known.accuracies.of_all)[id], accuracy_of(space.point(id)), 1e-6);
  EXPECT_EQ(job().accuracies.of_all, nullptr) << "only where it is asked for";
}

TEST_F(KnownAccuracies, OfNetworksThatCannotLearnAWholeTableMayKnowNothing) {
  std::ofstream file(path);
  file << "id,accuracy\n";
  for (std::uint64_t id = 0; id < space.size(); ++id)
    if (why_untrainable(space, space.point(id)).empty()) file << id << ",0.5\n";
  file.close();
  const Job known = job("[search]\non_table = true\n");
  const NetworkId dead = named_network(Space(known.space), dead_cell);
  EXPECT_EQ((*known.accuracies.of_all)[static_cast<std::size_t>(dead)], 0.1);
}

TEST_F(KnownAccuracies, ATableThatIsNotWholeCannotBeSearched) {
  for (const std::uint64_t step : {2u, 300u}) {
    write(step);
    try {
      job("[search]\non_table = true\n");
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_THAT(error.what(), HasSubstr("search.on_table wants the accuracies of all"));
      EXPECT_THAT(error.what(), HasSubstr(step == 2 ? "lacks network" : " of the space's 15625 networks"));
    }
  }
}

TEST_F(KnownAccuracies, TheTestImagesHaveTheSame) {
  write(7);
  const Job known = job();
  const StagePlan plan = trainings(known, Space(known.space), {15'617}, /*test=*/true);
  const TrainingResult result = training_result_from_json(parse_json(plan.tasks[0].input).at("values"));
  EXPECT_EQ(result.test_accuracy, result.accuracy);
  EXPECT_EQ(known.confirm.seeds, 1);
}

TEST_F(KnownAccuracies, ANetworkThatIsNotThereIsSaid) {
  write(7);
  const Job known = job();
  const Space of(known.space);
  EXPECT_THAT(why_not_trained(known, of, 15'623), HasSubstr("no accuracy in " + path.string()));
  EXPECT_EQ(why_not_trained(known, of, 7 * 2'231), "");
  EXPECT_THROW(named_to_train(known, of, "15623"), Error);
}

TEST_F(KnownAccuracies, AChangedValueIsAnotherInput) {
  write(7);
  const Job before = job();
  const Space of(before.space);
  const auto inputs = [&](const Job& of_job, std::uint64_t id) {
    return trainings(of_job, of, {id}).tasks[0].inputs;
  };
  write(14);  // of half of the networks
  std::ofstream(path, std::ios::app) << foreign_text(space, space.point(15'617)) << ",0.9\n";
  const Job after = job();
  EXPECT_EQ(inputs(after, 15'610), inputs(before, 15'610));
  EXPECT_NE(inputs(after, 15'617), inputs(before, 15'617));
}

TEST_F(KnownAccuracies, RefinementStaysInTheTableAndFindsItsBest) {
  write(41);
  const Job known = job("[sample]\ncount = 12\nholdout = 0\n[refine]\nrounds = 4\nnetworks = 4\n");
  const Space of(known.space);
  Results results;
  const NetworkPlan design = networks_to_train(known, of);
  look_up(trainings(known, of, design.ids), results);
  Refinement found;
  const auto models_of = [&](const std::vector<PredictorFit>& fits) {
    OwnFits own;
    own.predictors = fits;
    own.hardware.emplace();
    return run_models(known, own);
  };
  do {
    found = refinement(known, of, results, trained_samples(of, design, results), models_of);
    look_up(plan_refinement(known, of, found.rounds), results);
  } while (!found.complete);
  double best = 0, most = 0;
  for (const TrainedSample& sample : found.samples) {
    EXPECT_EQ(sample.id % 41, 0u);
    best = std::max(best, sample.accuracy());
  }
  for (std::uint64_t id = 0; id < of.size(); id += 41) most = std::max(most, accuracy_of(of.point(id)));
  EXPECT_NEAR(best, most, 0.02);
}

TEST_F(KnownAccuracies, FewerThanTheSampleNeedsAreRefused) {
  write(901);
  try {
    job();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr("networks, but sample.count and sample.holdout want 30"));
  }
}

TEST_F(KnownAccuracies, NeedNoImagesAndLeaveNothingToRepeat) {
  write(7);
  EXPECT_EQ(job().space.input, (Input{3, 32, 10}));  // no file of cifar10 is named
  EXPECT_THAT(job().notes, testing::Contains(HasSubstr("have no live path")));
  const auto refusal = [&](const std::string& more) -> std::string {
    try {
      job(more);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_job);
      return error.what();
    }
    ADD_FAILURE() << "accepted: " << more;
    return "";
  };
  EXPECT_THAT(refusal("[sample]\nrepeats = 3\n"), HasSubstr("sample.repeats: train.table has one accuracy"));
  EXPECT_THAT(refusal("[confirm]\nseeds = 3\n"), HasSubstr("confirm.seeds: train.table has one accuracy"));
  EXPECT_THAT(refusal("[confirm]\nkeep = \"best\"\n"), HasSubstr("confirm.keep: has no weights to keep"));
  EXPECT_THAT(refusal("[confirm]\nnamed = [\"" + std::string(dead_cell) + "\"]\n"),
              HasSubstr("no live path"));
  try {
    parse_job("[job]\nname = \"n\"\n[train]\naccuracy_column = \"a\"\n", "/n.toml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("train.accuracy_column: is for a table of accuracies"));
  }
}

}  // namespace
}  // namespace flash

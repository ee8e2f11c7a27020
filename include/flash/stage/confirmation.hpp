// What is confirmed: networks that the models have chosen, trained and measured, beside those that they were
// preferred to. The models' optimum is proven of the models; what of it holds is seen here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"
#include "flash/predict/shrinkage.hpp"
#include "flash/search/evaluator.hpp"
#include "flash/search/margin.hpp"
#include "flash/task/training.hpp"

namespace flash {

inline constexpr std::string_view confirm_name = "confirm";                  // the stage of the trainings
inline constexpr std::string_view confirm_measure_name = "confirm_measure";  // that of the measurements
inline constexpr std::string_view confirm_keep_name = "confirm_keep";  // that of the files of their weights

// Why a network is among them.
//   best      the models' optimum of a constraint set, proven
//   trained   the best of those trained before, by the accuracy that it had, under the job's own set
//   answer    what a search method found instead
//   rival     within the predictor's error of the best by the models, and unlike it
//   control   drawn at random of what meets the constraints
//   asked     of confirm.top or confirm.named
inline constexpr std::string_view confirm_roles[] = {"best",  "trained", "answer",
                                                     "rival", "control", "asked"};

struct ConfirmNetwork {
  NetworkId id = 0;
  std::string_view role;    // of confirm_roles
  std::size_t set = 0;      // index of the constraint set that it stands for
  std::string method = "";  // of an answer
};

// At most job.confirm.networks different ones: the job's own set's best and the best trained one; the other sets'
// best; then answers, a quarter at most; rivals spread over the space; and controls, a quarter. A function of job, models and the searches'
// results alone. Throws as Evaluator, and Error usage where confirm.named has what is no network.
std::vector<ConfirmNetwork> networks_to_confirm(const Job& job, const Space& space, const Models& models,
                                                const std::vector<Constraints>& sets, const Results& results);

// How many networks a job confirms at most, and how many trainings that takes.
std::size_t confirm_count(const Job& job);
std::size_t confirm_trainings(const Job& job);

// The seed of the k-th training of a network; its task's number, of the network at that place of the list.
std::uint64_t confirm_seed(const Job& job, NetworkId network, int k);
std::uint64_t confirm_task(const Job& job, std::size_t place, int k);

struct ConfirmTraining {
  int k = 0;                              // which of its seeds
  const StageOutcome* outcome = nullptr;  // null: missing
  TrainingResult result{};                // meaningful where good
  bool good = false;
};

struct ConfirmedNetwork {
  ConfirmNetwork network{};
  Evaluation predicted{};          // by the models, under its set as asked
  double accuracy_band = 0;        // half width of the prediction's band; NaN where not known
  Measurement metric_band{};       // likewise
  BoundProbability probability{};  // of keeping the job's own constraints as asked, by these bands
  std::vector<ConfirmTraining> trainings{};
  const StageOutcome* measurement = nullptr;  // null: missing
  // Means over the trainings that are good; NaN without one.
  double accuracy = 0;       // of the images that judge: what a choice may rest on
  double test_accuracy = 0;  // of the test images: what is told
  double deviation = 0;      // of one training's test accuracy; NaN where fewer than two are good
  // What another training is expected to have, by its own trainings, the others' and the predictor
  // (predict/shrinkage.hpp): of the images that judge, and of the test images.
  ExpectedAccuracy expected{};
  ExpectedAccuracy expected_test{};
  double latency_spread = 0;  // interquartile range of its timed passes [ms]; NaN where not known
  Measurement measured{};     // on the target; exact metrics counted; NaN where it has none
  Evaluation held{};          // with test accuracy and measured metrics; objective NaN where one is missing
  bool meets_own = false;     // as measured, the job's own constraints; false where one was not measured
  std::size_t good() const;   // trainings
};

// In the order of `networks`, with what `results` holds so far.
std::vector<ConfirmedNetwork> confirmed_networks(const Job& job, const Space& space, const Models& models,
                                                 const std::vector<Constraints>& sets,
                                                 std::span<const ConfirmNetwork> networks,
                                                 const Results& results);

// Of single trainings about the mean of their network's: pooled standard deviation of a figure of theirs. NaN where
// none was trained twice.
double pooled_deviation(std::span<const ConfirmedNetwork> confirmed, double TrainingResult::*figure);

// What predictions were worth, over the networks whose figures are all there. NaN for what is not known.
struct ConfirmationFigures {
  std::size_t networks = 0;   // with a test accuracy
  std::size_t trainings = 0;  // good ones
  double noise = 0;           // pooled standard deviation of one training's accuracy
  double rmse = 0, bias = 0;  // of predicted accuracies; bias: mean of true less predicted
  double spearman = 0, spearman_low = 0, spearman_high = 0;  // predicted and true accuracy, 95 % interval
  double spearman_objective = 0;                             // predicted and true objective
  double latency_ratio = 0;                                  // median of measured over predicted latency
  double regret = 0;   // 1 - true objective of the proven best / that of the best confirmed, chosen by the
                       // judging images among those that meet the job's own constraints
  double in_band = 0;  // share of test accuracies within the prediction's band
};
ConfirmationFigures confirmation_figures(std::span<const ConfirmedNetwork> confirmed,
                                         const Objective& objective);

// Of those that meet the job's own constraints as measured the one with the best objective by what its judging
// images let expect: test images tell, they do not choose. nullptr where none meets them.
const ConfirmedNetwork* best_confirmed(std::span<const ConfirmedNetwork> confirmed,
                                       const Objective& objective);

// The training whose weights are kept, where confirm.keep asks for the network: its first good one; nullptr
// where none is good.
const ConfirmTraining* kept_training(const ConfirmedNetwork& network);

// What stage confirm_keep has of a network.
struct KeptNetwork {
  NetworkId id = 0;
  std::vector<std::string> files{};  // names within RUN/networks
  double accuracy = 0;               // of the files' network, on the images that judge
  double test_accuracy = 0;
};
KeptNetwork kept_network(NetworkId id, const StageOutcome& outcome);  // of one that is ok

}  // namespace flash

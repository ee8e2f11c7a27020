#include "network_columns.hpp"

namespace flash {
namespace {

double predicted_accuracy(const TrainedSample& sample, const TableSource& source) {
  for (const PredictorFit& predictor : source.predictors)
    if (predictor.used) return predictor.fit.model(predictor_value(predictor, source.space, *sample.point));
  return absent;
}

// Of a network that was trained.
auto of_training(double TrainingResult::*figure) {
  return [=](const TrainedSample& s) { return s.good ? s.result.*figure : absent; };
}

// NaN where the family has no such score.
auto score_of_network(const char* name) {
  return [=](const TrainedSample& s, const TableSource& source) {
    const Space& space = source.space;
    return find_score(space.geometry(), name) == nullptr ? absent : space.score(name, *s.point);
  };
}

Attributes noise_of(const TableSource& source) {
  const TrainingNoise noise = training_noise(source.trained);
  Attributes attributes{{"noise", noise.deviation},
                        {"noise_freedom", static_cast<std::int64_t>(noise.freedom)},
                        {"best_correlation", best_correlation(source.trained, noise)},
                        {"refinement_ended", source.refinement_ended}};
  if (const std::string words = accuracy_words(source.job); !words.empty())
    attributes.emplace_back("accuracies", words);
  return attributes;
}

}  // namespace

ArchiveTable samples_table() {
  TableOf<TrainedSample> table(
      "samples",
      "Trained networks: the first design's, then round by round those of refinement. "
      "Attributes say what noise they show: `noise`, the pooled standard deviation of "
      "one training's accuracy, by `noise_freedom` repeats, and `best_correlation`, "
      "what nothing could correlate with single trainings better than; NaN where "
      "nothing was trained twice. Of a chip whose arithmetic is modelled `accuracies` says "
      "which they are.",
      [](const TableSource& source) { return source.trained; });
  table.attributes(noise_of);
  network_columns(table, train_name, {"done", "ended", "failed", "missing"});
  table
      .column("tries", "1", "trainings, retries at a lower learning rate included; 0: none finished",
              [](const TrainedSample& s) {
                return s.outcome != nullptr && !s.outcome->output.is_null() ? s.result.tries : 0;
              })
      .column(
          "accuracy", "1",
          "accuracy on the validation images after the last epoch, or, without any, the test images; where "
          "it was trained more than once, the mean",
          [](const TrainedSample& s) { return s.good ? s.accuracy() : absent; })
      .column("accuracy_predicted", "1", "accuracy by the predictor that searches use [reconstructed]",
              predicted_accuracy)
      .column("train_loss", "1", "mean cross entropy of the last epoch",
              of_training(&TrainingResult::train_loss))
      .column("learning_rate", "1", "learning rate that gave this result",
              of_training(&TrainingResult::learning_rate))
      .column("nn_degree", "1", "NN-Degree, reading links [reconstructed]",
              score_of_network("nn_degree_links"))
      .column("nn_degree_channels", "1", "NN-Degree, reading channels [reconstructed]",
              score_of_network("nn_degree_channels"))
      .column("nn_mass", "1", "NN-Mass", score_of_network("nn_mass"))
      .column("parameters", "1", "trained values of the network",
              [](const TrainedSample& s, const TableSource& source) {
                return source.space.counts(*s.point).parameters;
              })
      .column("macs", "1", "multiply-accumulates for one image",
              [](const TrainedSample& s, const TableSource& source) {
                return source.space.counts(*s.point).macs;
              })
      .column("seconds", "s", "wall clock of the training", of_training(&TrainingResult::seconds))
      .column("trainings", "1", "trainings, from different seeds, that the accuracy is the mean of",
              [](const TrainedSample& s) { return s.trainings(); })
      .since("2.1")
      .column("round", "1", "round of refinement that chose it, from 1; 0: of the first design",
              [](const TrainedSample& s) { return s.round; })
      .since("2.1")
      .column("accuracy_ideal", "1",
              "where accuracies are those on the chip: the network's in single precision, after one training",
              of_training(&TrainingResult::ideal_accuracy))
      .since("2.4")
      .optional();
  return table.build();
}

}  // namespace flash

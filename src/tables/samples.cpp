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

}  // namespace

ArchiveTable samples_table() {
  TableOf<TrainedSample> table("samples", "Trained networks, in order of id.",
                               [](const TableSource& source) { return source.trained; });
  network_columns(table, "train");
  table
      .column("tries", "1", "trainings, retries at a lower learning rate included; 0: none finished",
              [](const TrainedSample& s) {
                return s.outcome != nullptr && !s.outcome->output.is_null() ? s.result.tries : 0;
              })
      .column("accuracy", "1",
              "accuracy on the validation images after the last epoch, or, without any, the test images",
              of_training(&TrainingResult::accuracy))
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
      .column("seconds", "s", "wall clock of the training", of_training(&TrainingResult::seconds));
  return table.build();
}

}  // namespace flash

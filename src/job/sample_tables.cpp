#include <array>

#include "flash/findings/plan.hpp"
#include "network_columns.hpp"
#include "table_builder.hpp"
#include "table_parts.hpp"

namespace flash {
namespace {

const PredictorFit* used_predictor(const ArchiveSource& source) {
  for (const PredictorFit& predictor : source.predictors) {
    if (predictor.used) return &predictor;
  }
  return nullptr;
}

Table samples_table(const ArchiveSource& source) {
  const PredictorFit* used = used_predictor(source);
  const auto value = [&](const char* predictor) {
    return [&source, predictor](const TrainedSample& s) {
      return predictor_value(predictor, source.space, *s.point);
    };
  };
  const auto costs = [&](const TrainedSample& s) { return source.space.counts(*s.point); };
  TableBuilder<TrainedSample> table("samples", source.trained);
  network_columns(table, source.job, source.space, "train");
  table
      .column("tries", "1", "trainings, retries at a lower learning rate included",
              [](const TrainedSample& s) {
                return s.outcome != nullptr && !s.outcome->output.is_null() ? s.result.tries : 0;
              })
      .column("accuracy", "1", "accuracy on the test images after the last epoch",
              [](const TrainedSample& s) { return s.good ? s.result.accuracy : absent; })
      .column("accuracy_predicted", "1", "accuracy by the fitted predictor [reconstructed]",
              [&](const TrainedSample& s) {
                return used == nullptr
                           ? absent
                           : used->fit.model(predictor_value(used->predictor, source.space, *s.point));
              })
      .column("train_loss", "1", "mean cross entropy of the last epoch",
              [](const TrainedSample& s) { return s.good ? s.result.train_loss : absent; })
      .column("learning_rate", "1", "learning rate that gave this result",
              [](const TrainedSample& s) { return s.good ? s.result.learning_rate : absent; })
      .column("nn_degree", "1", "NN-Degree, reading links [reconstructed]", value("nn_degree.links"))
      .column("nn_degree_channels", "1", "NN-Degree, reading channels [reconstructed]",
              value("nn_degree.channels"))
      .column("nn_mass", "1", "NN-Mass",
              [&](const TrainedSample& s) { return predictor_value("nn_mass", source.space, *s.point) - 1; })
      .column("parameters", "1", "trained values of the network",
              [=](const TrainedSample& s) { return costs(s).parameters; })
      .column("macs", "1", "multiply-accumulates an image",
              [=](const TrainedSample& s) { return costs(s).macs; })
      .column("seconds", "s", "wall clock of the training",
              [](const TrainedSample& s) { return s.good ? s.result.seconds : absent; });
  return table.build();
}

struct CurvePoint {
  std::uint64_t id;
  EpochRecord epoch;
};

Table curves_table(const ArchiveSource& source) {
  std::vector<CurvePoint> points;
  for (const TrainedSample& sample : source.trained) {
    for (const EpochRecord& epoch : sample.result.curve) points.push_back({sample.id, epoch});
  }
  return TableBuilder<CurvePoint>("curves", points)
      .column("id", "1", "id of the configuration", [](const CurvePoint& p) { return p.id; })
      .column("epoch", "1", "epoch, from 1", [](const CurvePoint& p) { return p.epoch.epoch; })
      .column("train_loss", "1", "mean cross entropy of the epoch",
              [](const CurvePoint& p) { return p.epoch.train_loss; })
      .column("test_accuracy", "1", "accuracy on the test images after the epoch",
              [](const CurvePoint& p) { return p.epoch.test_accuracy; })
      .column("seconds", "s", "wall clock of the epoch", [](const CurvePoint& p) { return p.epoch.seconds; })
      .build();
}

Table predictor_table(const ArchiveSource& source) {
  using Fit = PredictorFit;
  TableBuilder<Fit> table("predictor", source.predictors);
  table
      .column("predictor", "", "what stands for g in theta = 1/(a + exp(b/g + c)) [reconstructed]",
              [](const Fit& f) { return f.predictor; })
      .column("used", "1", "1 for the one that searches use", [](const Fit& f) { return f.used; })
      .column("a", "1", "coefficient a", [](const Fit& f) { return f.fit.model.a; })
      .column("b", "1", "coefficient b, in units of the predictor",
              [](const Fit& f) { return f.fit.model.b; })
      .column("c", "1", "coefficient c", [](const Fit& f) { return f.fit.model.c; })
      .column("rmse_fit", "1", "root mean square error on the fitted samples",
              [](const Fit& f) { return f.fit.rmse_fit; })
      .column("rmse_loo", "1", "leave-one-out root mean square error",
              [](const Fit& f) { return f.fit.rmse_loo; })
      .column("rmse_loo_mean", "1", "the same where the mean of the other samples predicts",
              [](const Fit& f) { return f.fit.rmse_loo_mean; })
      .column("rmse_holdout", "1", "root mean square error on held-out samples",
              [](const Fit& f) { return f.rmse_holdout; })
      .column("spearman", "1", "Spearman rank correlation with accuracy",
              [](const Fit& f) { return f.fit.spearman; })
      .column("kendall", "1", "Kendall tau-b with accuracy", [](const Fit& f) { return f.fit.kendall; })
      .column("sigma", "1", "residual standard deviation",
              [](const Fit& f) { return f.fit.model.spread ? f.fit.model.spread->sigma : absent; })
      .column("samples", "1", "fitted samples", [](const Fit& f) { return f.samples; });
  const std::array<std::pair<const char*, std::size_t>, 6> entries{
      {{"cov_aa", 0}, {"cov_ab", 1}, {"cov_ac", 2}, {"cov_bb", 4}, {"cov_bc", 5}, {"cov_cc", 8}}};
  for (const auto& [name, index] : entries) {
    table.column(name, "1", "covariance of the coefficients", [i = index](const Fit& f) {
      return f.fit.model.spread ? f.fit.model.spread->covariance[i] : absent;
    });
  }
  return table.build();
}

}  // namespace

void add_sample_tables(const ArchiveSource& source, ArchiveContents& contents) {
  contents.tables.push_back(samples_table(source));
  contents.tables.push_back(curves_table(source));
  contents.tables.push_back(predictor_table(source));
}

}  // namespace flash

#include <array>

#include "flash/job/plan.hpp"
#include "flash/topology/costs.hpp"
#include "table_builder.hpp"
#include "table_parts.hpp"

namespace flash {
namespace {

std::string joined(const std::vector<int>& values) {
  std::string text;
  for (const int value : values) {
    if (!text.empty()) text += ',';
    text += std::to_string(value);
  }
  return text;
}

std::string depths_text(const Job& job, const Configuration& configuration) {
  return job.space.depth_mode == DepthMode::equal ? std::to_string(configuration.depths.front())
                                                  : joined(configuration.depths);
}

// The columns that every network of a stage has: which one it is and how its task fared.
template <typename Sample>
void network_columns(TableBuilder<Sample>& table, const Job& job, const char* stage) {
  const auto ran = [](const Sample& s) -> const StageOutcome& {
    static const StageOutcome missing = [] {
      StageOutcome outcome;
      outcome.attempt = 0;
      outcome.rank = -1;
      outcome.t_start = outcome.t_end = absent;
      return outcome;
    }();
    return s.outcome != nullptr ? *s.outcome : missing;
  };
  table.column("id", "1", "id of the configuration in the space", [](const Sample& s) { return s.id; })
      .column("wm", "1", "width multiplier", [](const Sample& s) { return s.configuration.wm; })
      .column("depths", "", "layers of each cell",
              [&](const Sample& s) { return depths_text(job, s.configuration); })
      .column("skips", "", "skip setting tc of each cell",
              [](const Sample& s) { return joined(s.configuration.skips); })
      .column("role", "", "fit or holdout",
              [](const Sample& s) { return std::string(s.holdout ? "holdout" : "fit"); })
      .column("state", "", "done, failed or missing",
              [](const Sample& s) {
                return std::string(s.outcome == nullptr ? "missing" : s.good ? "done" : "failed");
              })
      .column("attempt", "1", "tries of the task", [=](const Sample& s) { return ran(s).attempt; })
      .column("rank", "1", "MPI rank that ran it", [=](const Sample& s) { return ran(s).rank; })
      .column("host", "", "host that ran it", [=](const Sample& s) { return ran(s).host; })
      .column("t_start", "s", "start, Unix time", [=](const Sample& s) { return ran(s).t_start; })
      .column("t_end", "s", "end, Unix time", [=](const Sample& s) { return ran(s).t_end; })
      .column("seed", "1", "seed of the task",
              [&](const Sample& s) { return network_seed(job, stage, s.id); })
      .column("error", "", "why it failed", [](const Sample& s) { return s.failure; });
}

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
      return predictor_value(predictor, source.space, s.configuration);
    };
  };
  const auto costs = [&](const TrainedSample& s) { return network_costs(source.space, s.configuration); };
  TableBuilder<TrainedSample> table("samples", source.trained);
  network_columns(table, source.job, "train");
  table
      .column(
          "tries", "1", "trainings, retries at a lower learning rate included",
          [](const TrainedSample& s) { return s.outcome != nullptr && s.outcome->ok ? s.result.tries : 0; })
      .column("accuracy", "1", "accuracy on the test images after the last epoch",
              [](const TrainedSample& s) { return s.good ? s.result.accuracy : absent; })
      .column("accuracy_predicted", "1", "accuracy by the fitted predictor [reconstructed]",
              [&](const TrainedSample& s) {
                return used == nullptr
                           ? absent
                           : used->fit.model(predictor_value(used->predictor, source.space, s.configuration));
              })
      .column("train_loss", "1", "mean cross entropy of the last epoch",
              [](const TrainedSample& s) { return s.good ? s.result.train_loss : absent; })
      .column("learning_rate", "1", "learning rate that gave this result",
              [](const TrainedSample& s) { return s.good ? s.result.learning_rate : absent; })
      .column("nn_degree", "1", "NN-Degree, reading links [reconstructed]", value("nn_degree.links"))
      .column("nn_degree_channels", "1", "NN-Degree, reading channels [reconstructed]",
              value("nn_degree.channels"))
      .column("nn_mass", "1", "NN-Mass",
              [&](const TrainedSample& s) { return nn_mass(source.space, s.configuration); })
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
      .column("rmse_holdout", "1", "root mean square error on held-out samples",
              [](const Fit& f) { return f.rmse_holdout; })
      .column("spearman", "1", "Spearman rank correlation with accuracy",
              [](const Fit& f) { return f.fit.spearman; })
      .column("kendall", "1", "Kendall tau-b with accuracy", [](const Fit& f) { return f.fit.kendall; })
      .column("sigma", "1", "residual standard deviation", [](const Fit& f) { return f.fit.sigma; })
      .column("samples", "1", "fitted samples", [](const Fit& f) { return f.samples; });
  const std::array<std::pair<const char*, std::size_t>, 6> entries{
      {{"cov_aa", 0}, {"cov_ab", 1}, {"cov_ac", 2}, {"cov_bb", 4}, {"cov_bc", 5}, {"cov_cc", 8}}};
  for (const auto& [name, index] : entries) {
    table.column(name, "1", "covariance of the coefficients", [i = index](const Fit& f) {
      return f.fit.covariance.size() == 9 ? f.fit.covariance[i] : absent;
    });
  }
  return table.build();
}

Table hardware_table(const ArchiveSource& source) {
  TableBuilder<MeasuredSample> table("hardware/" + source.job.hardware.target, source.measured);
  network_columns(table, source.job, "calibrate");
  const auto costs = [&](const MeasuredSample& s) { return network_costs(source.space, s.configuration); };
  table
      .column("latency_ms", "ms", "median latency of a forward pass",
              [](const MeasuredSample& s) { return s.good ? s.result.latency_ms : absent; })
      .column("latency_ms_iqr", "ms", "interquartile range over the repeats",
              [](const MeasuredSample& s) { return s.good ? s.result.latency_ms_iqr : absent; })
      .column("latency_ms_predicted", "ms", "latency by the fitted model",
              [&](const MeasuredSample& s) {
                return source.latency ? source.latency->model(source.space, s.configuration) : absent;
              })
      .column("parameters", "1", "trained values of the network",
              [=](const MeasuredSample& s) { return costs(s).parameters; })
      .column("macs", "1", "multiply-accumulates an image",
              [=](const MeasuredSample& s) { return costs(s).macs; })
      .column("repeats", "1", "timed passes",
              [](const MeasuredSample& s) { return s.good ? s.result.repeats : 0; });
  const HostMeasurementSettings& host = source.job.hardware.host;
  table.attribute("batch", std::int64_t{host.batch}).attribute("threads", std::int64_t{host.threads});
  table.attribute("device", host.device);
  return table.build();
}

Table hardware_model_table(const ArchiveSource& source) {
  std::vector<MetricModel::Term> terms{{"intercept", source.latency->model.intercept}};
  terms.insert(terms.end(), source.latency->model.terms.begin(), source.latency->model.terms.end());
  TableBuilder<MetricModel::Term> table("hardware/" + source.job.hardware.target + "/model", terms);
  table.column("metric", "", "what is modelled", [](const auto&) { return std::string("latency"); })
      .column("feature", "", "separable feature, or intercept", [](const auto& t) { return t.feature; })
      .column("coefficient", "ms", "ms a unit of the feature", [](const auto& t) { return t.coefficient; });
  const auto add = [&](const std::string& suffix, const FitQuality& q) {
    table.attribute("latency_networks_" + suffix, static_cast<std::int64_t>(q.networks))
        .attribute("latency_r2_" + suffix, q.r2)
        .attribute("latency_mape_" + suffix, q.mape)
        .attribute("latency_max_error_" + suffix, q.max_error)
        .attribute("latency_spearman_" + suffix, q.spearman);
  };
  add("fit", source.latency->fit);
  add("holdout", source.latency->holdout);
  return table.build();
}

}  // namespace

void add_sample_tables(const ArchiveSource& source, ArchiveContents& contents) {
  contents.tables.push_back(samples_table(source));
  contents.tables.push_back(curves_table(source));
  contents.tables.push_back(predictor_table(source));
}

void add_hardware_tables(const ArchiveSource& source, ArchiveContents& contents) {
  contents.tables.push_back(hardware_table(source));
  if (source.latency) contents.tables.push_back(hardware_model_table(source));
}

}  // namespace flash

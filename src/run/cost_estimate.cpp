#include "flash/run/cost_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "flash/core/error.hpp"
#include "flash/dataset/source.hpp"
#include "flash/findings/constraint_sets.hpp"
#include "flash/findings/plan.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/space/network_text.hpp"
#include "flash/space/reference_network.hpp"
#include "flash/stage/compression.hpp"
#include "flash/stage/joint.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

// Measured with dense-cells networks on one core with AVX-512: 22 in narrow layers, 63 in wide ones.
constexpr double training_gmac_per_s = 25;
constexpr std::uint64_t pilot_configurations = 1 << 24;  // milliseconds with vector instructions
constexpr double long_core_seconds = 6 * 3600;

std::string core_time(double seconds) {
  char text[64];
  if (seconds < 120) {
    std::snprintf(text, sizeof text, "%.0f core-seconds", seconds);
  } else if (seconds < 7200) {
    std::snprintf(text, sizeof text, "%.0f core-minutes", seconds / 60);
  } else {
    std::snprintf(text, sizeof text, "%.0f core-hours", seconds / 3600);
  }
  return text;
}

struct ImageCounts {
  DataShape shape;
  bool assumed = false;
};

// Of the data set; where its files are not there yet, those of the published set that its source reads.
ImageCounts image_counts(const DataSource& data) {
  try {
    return {inspect_data(data)};
  } catch (const Error& error) {
    DataShape published = source_of(data).known_shape(data);
    if (error.code() != ExitCode::missing_input || published.train_images == 0) throw;
    if (data.train_images > 0) published.train_images = static_cast<std::size_t>(data.train_images);
    if (data.test_images > 0) published.test_images = static_cast<std::size_t>(data.test_images);
    return {split(published, data), true};
  }
}

// All trainings, by those of the first design: which the others are is not known yet, they are taken to cost as
// much.
double trainings_a_sample(const Forecast& forecast) {
  double all = 0;
  for (const Stage* stage : stages())
    if (stage->keeps_checkpoints() && !stage->writes_networks())
      all += static_cast<double>(stage->tasks(forecast));
  return all / static_cast<double>(stage_named(train_name).tasks(forecast));
}

// Of the networks that are compressed, each trained before. The best is not known yet: it is taken to cost as much as
// the mean of the first design.
double compression_macs(const Job& job, const Space& space, const ImageCounts& images) {
  // What is trained from the start has its own epochs of the training.
  const double trainings = job.compress.how.method == from_scratch ? 2 : 1;
  const double epochs = trainings * job.training.epochs + job.compress.how.epochs;
  const auto images_an_epoch = 3.0 * static_cast<double>(images.shape.train_images) +
                               static_cast<double>(images.shape.judging_images());
  double macs = 0;
  for (const std::string& text : job.compress.networks) {
    if (text == "best") {
      macs += training_macs(job, space, images.shape.train_images, images.shape.judging_images()) * epochs /
              job.training.epochs / static_cast<double>(networks_to_train(job, space).ids.size());
      continue;
    }
    const ReferenceNetwork* reference = find_reference(text);
    const Space its = reference != nullptr ? Space(definition_of(*reference, job.space.input)) : space;
    const Point point =
        reference != nullptr ? parse_network(its, reference->network) : its.point(named_network(its, text));
    macs += static_cast<double>(its.counts(point).macs) * epochs * images_an_epoch;
  }
  return macs * job.compress.seeds;
}

// Of a search over compression: networks of the sample are compressed, which have been trained; those that confirm it
// are trained first. These are taken to cost as much as the mean of the first design.
double joint_macs(const Job& job, const Forecast& forecast, double macs_a_training) {
  if (!job.joint.active()) return 0;
  const auto tasks = [&](std::string_view stage) {
    return static_cast<double>(stage_named(stage).tasks(forecast));
  };
  const double epochs = static_cast<double>(job.compress.how.epochs) / job.training.epochs;
  return macs_a_training * ((tasks(compress_samples_name) + tasks(compress_confirm_name)) * epochs +
                            tasks(compress_confirm_name));
}

// Models such as a run of the job will fit, with made-up coefficients: what the search costs hardly depends
// on them.
Models models_before_the_fit(const Job& job) {
  Models models;
  models.space = job.space;
  models.reading = job.reading;
  models.accuracy = AccuracyModel{.a = 1, .b = 1, .c = 0};
  for (const Metric metric : fitted_metrics()) {
    if (job.hardware.setup().measures(metric) || job.proxy.models(metric))
      models.metrics[metric] = MetricModel{.intercept = 1, .terms = {{"macs", 1e-6}}};
  }
  return models;
}

// Seconds of one core for a piece from the middle of the space, times the pieces that there are.
double sweep_seconds(const Job& job, const Evaluator& evaluator) {
  const std::uint64_t size = evaluator.space().size();
  const std::uint64_t count = std::min(size, pilot_configurations);
  const SweepOptions options{.top_k = static_cast<std::size_t>(job.sweep.top)};
  const BlockResult pilot = sweep_block(evaluator, {(size - count) / 2, count}, options);
  return pilot.seconds * static_cast<double>(size) / static_cast<double>(count);
}

}  // namespace

CostEstimate estimate_cost(const Job& job, const Space& space) {
  CostEstimate estimate;
  const Evaluator evaluator(space, models_before_the_fit(job), job.objective, Constraints{});
  Job without_margin = job;  // which asks for bands, and models that are made up have none
  without_margin.constraints.margin = 0;
  const std::vector<Constraints> sets = constraint_sets(without_margin, space, evaluator.models());
  const Forecast forecast{job, space, evaluator, sets};
  const std::string no_search = nothing_to_search(job, space);
  try {
    const bool trains = !job.objective.training_free && !job.accuracies.known();
    const ImageCounts images = trains ? image_counts(job.data) : ImageCounts{};
    if (trains) {
      const double sample =
          training_macs(job, space, images.shape.train_images, images.shape.judging_images());
      const auto networks = static_cast<double>(networks_to_train(job, space).ids.size());
      double macs = compression_macs(job, space, images);
      if (no_search.empty())
        macs += trainings_a_sample(forecast) * sample + joint_macs(job, forecast, sample / networks);
      estimate.training_gmac = macs / 1e9;
    }
    if (images.assumed) {
      estimate.warnings.push_back("the data set is not there: its cost is that of " +
                                  std::to_string(images.shape.train_images) + " training and " +
                                  std::to_string(images.shape.judging_images()) + " " +
                                  (images.shape.validation_images > 0 ? "validation" : "test") + " images");
    }
  } catch (const Error& error) {
    if (error.code() == ExitCode::bad_job) throw;
    estimate.warnings.emplace_back("the cost of training is not known without the data");
  }
  estimate.training_core_seconds = estimate.training_gmac / training_gmac_per_s;
  for (const Stage* stage : stages())
    if (performs(*stage, job, space)) estimate.tasks.emplace_back(stage->name(), stage->tasks(forecast));
  if (!no_search.empty()) {
    estimate.warnings.push_back(no_search +
                                ": `flash run` compresses the networks of compress.networks, no more");
  } else if (space.count() <= job.sweep.max_size) {
    estimate.sweep_core_seconds = sweep_seconds(job, evaluator) * static_cast<double>(sets.size());
  } else {
    estimate.warnings.emplace_back(
        std::string(space.numbered() ? "the space is larger than sweep.max_size"
                                     : "the space has 2^63 networks or more") +
        ": `flash run` leaves the sweep out, the exact search finds the optimum of the models");
  }
  if (estimate.training_core_seconds > long_core_seconds) {
    estimate.warnings.push_back(
        "training will take about " + core_time(estimate.training_core_seconds) +
        " on processors; lower sample.max_mmacs, train.epochs or data.train_images, choose a smaller "
        "preset, or train on a GPU (train.device)");
  }
  return estimate;
}

std::string CostEstimate::text() const {
  char gmac[32];
  std::snprintf(gmac, sizeof gmac, "%.3g", training_gmac);
  return std::string("training ") + gmac + " GMAC, about " + core_time(training_core_seconds) +
         "; sweep about " + core_time(sweep_core_seconds);
}

}  // namespace flash

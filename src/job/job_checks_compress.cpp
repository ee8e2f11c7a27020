#include <algorithm>

#include "flash/core/error.hpp"
#include "flash/hardware/file_bytes.hpp"
#include "flash/joint/joint_tables.hpp"
#include "flash/joint/loss_model.hpp"
#include "flash/search/question.hpp"
#include "flash/space/liveness.hpp"
#include "flash/space/reference_network.hpp"
#include "flash/task/compression_checks.hpp"
#include "job_checks.hpp"

namespace flash {
namespace {

class CompressChecker : KeyChecks {
 public:
  using KeyChecks::KeyChecks;

  void compressed_networks() {
    const Space space(job_.space);
    for (const std::string& text : job_.compress.networks) try {
        if (const ReferenceNetwork* reference = find_reference(text))
          definition_of(*reference, job_.space.input);
        else if (text != "best")
          named_trainable(space, text);
      } catch (const Error& error) {
        wrong("compress", "networks", error.what());
        return;
      }
  }

  void joint_search() {
    constexpr const char* key = "options";
    if (!job_.joint.active()) return;
    if (const std::size_t cells = Space(job_.space).cells(); cells > JointTables::most_slots)
      wrong("compress", key,
            "are for networks of at most " + std::to_string(JointTables::most_slots) +
                " cells; here they have up to " + std::to_string(cells) +
                ": name networks to compress instead");
    if (job_.compress.how.method == "smartdeal")
      wrong("compress", key, "are for the methods admm and magnitude");
    if (job_.objective.training_free)
      wrong("compress", key, "need accuracies, and the objective is training-free");
    if (job_.accuracies.known())
      wrong("compress", key, "need trained networks: with train.table nothing is trained");
    const int samples =
        std::min(job_.joint.networks, job_.sample.count + job_.sample.holdout) * job_.joint.samples;
    if (job_.joint.options.size() > 1 && samples < static_cast<int>(least_losses))
      wrong("compress", "samples",
            "of compress.sample_networks are " + std::to_string(samples) +
                " together, and a model of what is lost needs " + std::to_string(least_losses));
  }

  void compression() {
    if (const auto fault = compression_fault(job_.compress.how)) wrong("compress", fault->key, fault->what);
    if (job_.accuracies.known() && !job_.compress.networks.empty())
      wrong("compress", "networks", "needs trained networks: with train.table nothing is trained");
  }

  void minimised() {
    if (!job_.models_file.empty()) return;
    for (const Metric metric : fitted_metrics())
      if (minimises(job_, metric) && !job_.hardware.setup().can_measure(metric) && !job_.proxy.models(metric))
        wrong("compress", "minimise",
              "the target " + job_.hardware.target + " has no " + in_words(metric) + device_advice());
  }
};

}  // namespace

bool minimises(const Job& job, Metric metric) {
  if (job.joint.texts.empty() || job.joint.minimise.empty() || metric == file_bytes()) return false;
  Objective objective;
  set_minimised(objective, job.joint.minimise);
  return objective.metric[metric] > 0;
}

void check_compressed_networks(const Job& job, const JobDocument& document, JobErrors& errors) {
  CompressChecker check(job, document, errors);
  check.compressed_networks();
  check.joint_search();
}

void check_compression(const Job& job, const JobDocument& document, JobErrors& errors) {
  CompressChecker check(job, document, errors);
  check.compression();
  if (errors.clean("compress") && errors.clean("hardware") && errors.clean("proxy") && errors.clean("models"))
    check.minimised();
}

}  // namespace flash

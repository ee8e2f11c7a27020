// Stage confirm_keep: confirmed networks as files to run and to train on, in RUN/networks. The weights are those of
// the confirmed training, whose last checkpoint stage confirm hands on; where that is not there, the network is
// trained again, with the same digits.
#include <algorithm>

#include "flash/core/json.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/log/log.hpp"
#include "flash/space/network_text.hpp"
#include "flash/stage/confirmation.hpp"
#include "flash/stage/plans.hpp"
#include "flash/stage/stage.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

std::vector<ConfirmedNetwork> confirmed_of(Findings& findings) {
  const Job& job = findings.job();
  const std::vector<ConfirmNetwork> networks =
      networks_to_confirm(job, findings.space(), findings.models(), findings.sets(), findings.results());
  return confirmed_networks(job, findings.space(), findings.models(), findings.sets(), networks,
                            findings.results());
}

class ConfirmKeepStage : public Stage {
 public:
  std::string_view name() const override { return confirm_keep_name; }
  std::string_view words() const override { return "networks among these whose files are kept"; }

  // Task id: the network's. Its inputs are those of the confirmed training, and so is its checkpoint. Where the
  // job asks for none any more, all that are there count: the files still are.
  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    const std::vector<ConfirmedNetwork> confirmed = confirmed_of(findings);
    const ConfirmedNetwork* best = best_confirmed(confirmed, job.objective);
    std::vector<PlannedTraining> trainings;
    for (const ConfirmedNetwork& network : confirmed) {
      const ConfirmTraining* kept = kept_training(network);
      if (kept == nullptr || (job.confirm.keep == "best" && &network != best)) continue;
      const NetworkId id = network.network.id;
      trainings.push_back({id, id, confirm_seed(job, id, kept->k), /*test=*/true});
    }
    StagePlan plan = plan_trainings(job, findings.space(), name(), trainings);
    for (StageTask& task : plan.tasks) {
      Json input = Json::parse(task.input);
      input["kind"] = "keep";
      input.erase("test");
      input["train"] = true;
      input["replace"] = true;  // what the folder has of other settings is the run's own
      task.input = input.dump();
    }
    return plan;
  }
  bool of_networks() const override { return true; }
  bool rests_on_models() const override { return true; }
  bool asked(const Job& job) const override {
    return job.confirm.keep != "none" && stage_named(confirm_name).asked(job);
  }
  bool keeps_checkpoints() const override { return true; }
  std::string_view checkpoint_name() const override { return confirm_name; }
  bool writes_networks() const override { return true; }

  void conclude(Findings& findings) const override {
    if (!asked(findings.job())) return;
    const Results::Stage& kept = findings.results().stage(std::string(name()));
    const std::vector<ConfirmedNetwork> confirmed = confirmed_of(findings);
    if (findings.job().confirm.keep == "best" &&
        best_confirmed(confirmed, findings.job().objective) == nullptr)
      log_warning(
          "confirm.keep: no confirmed network meets the constraints as measured, so that none is kept");
    for (const ConfirmedNetwork& network : confirmed) {
      const auto found = kept.find(network.network.id);
      const ConfirmTraining* training = kept_training(network);
      if (found == kept.end() || !found->second.ok || training == nullptr) continue;
      const double here = kept_network(found->first, found->second).accuracy;
      if (here != training->result.accuracy)
        log_warning(
            "the files of network {} have accuracy {}, its confirmed training {}: another machine, device or "
            "LibTorch has trained it again",
            network_name(findings.space(), network.network.id), here, training->result.accuracy);
    }
  }
  std::string report(const ArchiveContents& archive, const ReportOptions&) const override {
    return kept_text(archive);
  }
  std::size_t tasks(const Forecast& forecast) const override {
    if (!asked(forecast.job)) return 0;
    return forecast.job.confirm.keep == "best" ? 1 : confirm_count(forecast.job);
  }
};

}  // namespace

const ConfirmTraining* kept_training(const ConfirmedNetwork& network) {
  const auto found = std::ranges::find(network.trainings, true, &ConfirmTraining::good);
  return found == network.trainings.end() ? nullptr : &*found;
}

KeptNetwork kept_network(NetworkId id, const StageOutcome& outcome) {
  return {id, outcome.output.at("files").get<std::vector<std::string>>(),
          outcome.output.at("accuracy").get<double>(), outcome.output.at("test_accuracy").get<double>()};
}

const Stage& confirm_keep_stage() {
  static const ConfirmKeepStage stage;
  return stage;
}

}  // namespace flash

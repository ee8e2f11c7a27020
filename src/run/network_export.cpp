#include "flash/run/network_export.hpp"

#include "flash/core/error.hpp"
#include "flash/findings/plan.hpp"
#include "flash/process/child.hpp"

namespace flash {
namespace {

// The trainer may run in another folder than whoever asks.
std::string whole_path(const std::filesystem::path& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

Json ask(Child& trainer, const Json& request) {
  Json reply = Json::parse(trainer.call(request.dump()));
  if (reply.contains("error"))
    throw Error(static_cast<ExitCode>(reply.value("code", 70)), reply.at("error").get<std::string>());
  return reply;
}

}  // namespace

Json export_request(const Job& job, const NetworkExport& wanted) {
  Json request{{"command", "export"},
               {"space", to_json(job.space)},
               {"id", id_json(wanted.id)},
               {"seed", network_seed(job, "train", wanted.id)},
               {"folder", whole_path(wanted.folder)},
               {"train", wanted.train}};
  if (wanted.train) {
    request["data"] = to_json(job.data);
    request["images"] = job.images;
    request["training"] = to_json(settings_of_training(job));
  }
  return request;
}

Json export_network(Child& trainer, const Job& job, const NetworkExport& wanted) {
  return ask(trainer, export_request(job, wanted));
}

Json export_fcn(Child& trainer, const FcnExport& wanted) {
  Json request{
      {"command", "export_fcn"}, {"file", whole_path(wanted.file)}, {"folder", whole_path(wanted.folder)}};
  if (wanted.job != nullptr) {
    request["data"] = to_json(wanted.job->data);
    request["images"] = wanted.job->images;
    request["calibration"] = wanted.calibration;
  }
  return ask(trainer, request);
}

}  // namespace flash

#include "flash/run/network_export.hpp"

#include "flash/core/error.hpp"
#include "flash/findings/plan.hpp"
#include "flash/process/child.hpp"

namespace flash {

Json export_request(const Job& job, const NetworkExport& wanted) {
  Json request{{"command", "export"},
               {"space", to_json(job.space)},
               {"id", id_json(wanted.id)},
               {"seed", network_seed(job, "train", wanted.id)},
               {"folder", std::filesystem::absolute(wanted.folder).lexically_normal().string()},
               {"train", wanted.train}};
  if (wanted.train) {
    request["data"] = to_json(job.data);
    request["images"] = job.images;
    request["training"] = to_json(job.training);
  }
  return request;
}

Json export_network(Child& trainer, const Job& job, const NetworkExport& wanted) {
  Json reply = Json::parse(trainer.call(export_request(job, wanted).dump()));
  if (reply.contains("error"))
    throw Error(static_cast<ExitCode>(reply.value("code", 70)), reply.at("error").get<std::string>());
  return reply;
}

}  // namespace flash

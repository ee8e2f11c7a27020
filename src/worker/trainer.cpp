// Kinds train and measure: what flash-trainer does, a child process. Its protocol is train/protocol.hpp.
#include "flash/core/error.hpp"
#include "flash/process/child.hpp"
#include "flash/worker/task_kind.hpp"
#include "flash/worker/worker.hpp"

namespace flash {
namespace {

// The input is the trainer's own, but for timeout_s: how long it may take, 0 for ever.
class TrainerKind : public TaskKind {
 public:
  explicit TrainerKind(std::string_view name) : name_(name) {}
  std::string_view name() const override { return name_; }
  std::string run(const Json& input, TaskWorker& worker) const override {
    Json request = input;
    request.erase("kind");
    request.erase("timeout_s");
    request["command"] = name_;
    std::string reply = worker.trainer().call(request.dump(), input.value("timeout_s", 0.0));
    const Json parsed = Json::parse(reply);
    if (parsed.contains("error"))
      throw Error(static_cast<ExitCode>(parsed.value("code", 70)), parsed.at("error").get<std::string>());
    return reply;
  }

 private:
  std::string_view name_;
};

}  // namespace

const TaskKind& train_kind() {
  static const TrainerKind kind("train");
  return kind;
}

const TaskKind& measure_kind() {
  static const TrainerKind kind("measure");
  return kind;
}

}  // namespace flash

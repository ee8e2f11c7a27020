// Kinds train, measure, break_even and keep: what flash-trainer does, a child process. Its protocol is train/protocol.hpp.
#include "ask_trainer.hpp"
#include "flash/core/error.hpp"
#include "flash/process/child.hpp"
#include "flash/worker/task_kind.hpp"
#include "flash/worker/worker.hpp"

namespace flash {
namespace {

class TrainerKind : public TaskKind {
 public:
  explicit TrainerKind(std::string_view name) : name_(name) {}
  std::string_view name() const override { return name_; }
  std::string run(const Json& input, TaskWorker& worker) const override {
    return ask_trainer(input, name_, worker);
  }

 private:
  std::string_view name_;
};

// An export: its result names the files, whose description says the rest.
class KeepKind : public TaskKind {
 public:
  std::string_view name() const override { return "keep"; }
  std::string run(const Json& input, TaskWorker& worker) const override {
    const Json exported = Json::parse(ask_trainer(input, "export", worker));
    Json files = Json::array();
    for (const Json& file : exported.at("files")) files.push_back(file.at("name"));
    files.push_back(exported.at("description"));
    return Json{{"files", files},
                {"accuracy", exported.at("accuracy")},
                {"test_accuracy", exported.at("test_accuracy")}}
        .dump();
  }
};

}  // namespace

std::string ask_trainer(const Json& input, std::string_view command, TaskWorker& worker) {
  Json request = input;
  request.erase("kind");
  request.erase("timeout_s");
  request["command"] = command;
  std::string reply = worker.trainer().call(request.dump(), input.value("timeout_s", 0.0));
  const Json parsed = Json::parse(reply);
  if (parsed.contains("error"))
    throw Error(static_cast<ExitCode>(parsed.value("code", 70)), parsed.at("error").get<std::string>());
  return reply;
}

const TaskKind& train_kind() {
  static const TrainerKind kind("train");
  return kind;
}

const TaskKind& measure_kind() {
  static const TrainerKind kind("measure");
  return kind;
}

const TaskKind& break_even_kind() {
  static const TrainerKind kind("break_even");
  return kind;
}

const TaskKind& keep_kind() {
  static const KeepKind kind;
  return kind;
}

}  // namespace flash

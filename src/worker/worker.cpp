#include "flash/worker/worker.hpp"

#include <cstdlib>
#include <filesystem>

#include "flash/core/error.hpp"
#include "flash/process/child.hpp"
#include "flash/search/evaluator.hpp"
#include "flash/worker/task_kind.hpp"

namespace flash {

TaskWorker::TaskWorker(std::string program, unsigned threads, std::function<bool()> given_up)
    : trainer_(std::make_unique<Child>(std::vector<std::string>{std::move(program)}, given_up)),
      threads_(threads),
      given_up_(std::move(given_up)) {}

TaskWorker::~TaskWorker() = default;

void TaskWorker::take_evaluator(const std::string& key) {
  if (key == evaluator_key_) return;
  const Json json = Json::parse(key);
  Models models = models_from_json(json.at("models"));
  Space space(models.space);
  evaluator_ = std::make_unique<Evaluator>(std::move(space), std::move(models),
                                           objective_from_json(json.at("objective")),
                                           constraints_from_json(json.at("constraints")));
  evaluator_key_ = key;
}

std::string TaskWorker::operator()(const Task& task) { return run(Json::parse(task.input)); }

std::string TaskWorker::run(const Json& input) {
  const auto name = input.at("kind").get<std::string>();
  if (const auto evaluator = input.find("evaluator"); evaluator != input.end())
    take_evaluator(evaluator->dump());
  for (const TaskKind* kind : task_kinds())
    if (kind->name() == name) return kind->run(input, *this);
  throw Error(ExitCode::internal, "no task is of kind " + name);
}

std::string trainer_program() {
  if (const char* program = std::getenv("FLASH_TRAINER")) return program;
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "flash-trainer").string();
}

}  // namespace flash

#include "flash/job/task_executor.hpp"

#include <cstdlib>
#include <filesystem>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"
#include "flash/core/json.hpp"
#include "flash/imc/simulate.hpp"
#include "flash/job/landscape.hpp"
#include "flash/process/child.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/search.hpp"

namespace flash {

TaskExecutor::TaskExecutor(std::string program, unsigned threads, std::function<bool()> given_up)
    : trainer_(std::make_unique<Child>(std::vector<std::string>{std::move(program)}, given_up)),
      threads_(threads),
      given_up_(std::move(given_up)) {}

TaskExecutor::~TaskExecutor() = default;

const Evaluator& TaskExecutor::evaluator(const std::string& key) {
  if (key != evaluator_key_) {
    const Json json = Json::parse(key);
    Models models = models_from_json(json.at("models"));
    Space space(models.space);
    evaluator_ = std::make_unique<Evaluator>(std::move(space), std::move(models),
                                             objective_from_json(json.at("objective")),
                                             constraints_from_json(json.at("constraints")));
    evaluator_key_ = key;
  }
  return *evaluator_;
}

std::string TaskExecutor::operator()(const Task& task) {
  Json input = Json::parse(task.input);
  const auto kind = input.at("kind").get<std::string>();
  if (kind == "train" || kind == "measure") {
    const double timeout_s = input.value("timeout_s", 0.0);
    input.erase("kind");
    input.erase("timeout_s");
    input["command"] = kind;
    std::string reply = trainer_->call(input.dump(), timeout_s);
    const Json parsed = Json::parse(reply);
    if (parsed.contains("error")) {
      throw Error(static_cast<ExitCode>(parsed.value("code", 70)), parsed.at("error").get<std::string>());
    }
    return reply;
  }
  if (kind == "import") return input.at("values").dump();
  if (kind == "simulate") {
    const Space space(space_definition_from_json(input.at("space")));
    return to_json(simulate(imc_design_from_json(input.at("design")), space,
                            space.point(input.at("id").get<std::uint64_t>()),
                            input.at("seed").get<std::uint64_t>()))
        .dump();
  }
  const Evaluator& judge = evaluator(input.at("evaluator").dump());
  if (kind == "sweep") {
    const IdRange block{input.at("first_id").get<std::uint64_t>(), input.at("count").get<std::uint64_t>()};
    const SweepOptions options{
        .top_k = input.at("top").get<std::size_t>(), .threads = threads_, .stop = given_up_};
    return to_json(sweep_block(judge, block, options)).dump();
  }
  if (kind == "histogram") return histogram_output(judge, input, threads_, given_up_);
  if (kind == "pareto") return pareto_output(judge, input, given_up_);
  if (kind == "search") {
    SearchBudget budget;
    budget.evaluations = input.at("evaluations").get<std::uint64_t>();
    budget.stop = given_up_;
    SearchResult result =
        search(judge, input.at("method").get<std::string>(), input.at("seed").get<std::uint64_t>(), budget);
    // A search that was cut short by a stop is no result: it runs again when the job resumes.
    if (given_up_()) throw Error(ExitCode::stopped, "stopped");
    return to_json(result).dump();
  }
  throw Error(ExitCode::internal, "no task is of kind " + kind);
}

std::string trainer_program() {
  if (const char* program = std::getenv("FLASH_TRAINER")) return program;
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "flash-trainer").string();
}

}  // namespace flash

// flash search, exact: one search in this process.
#include "commands.hpp"
#include "flash/archive/archive.hpp"
#include "flash/core/error.hpp"
#include "flash/job/job.hpp"
#include "flash/job/run.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/search.hpp"
#include "output.hpp"

namespace flash {
namespace {

// The models of a run, else of the job's models file; none are needed where NN-Degree stands for accuracy.
Models models_for(const Arguments& arguments, const Job& job) {
  if (arguments.output) return read_models(*arguments.output / "models.json");
  if (!job.models_file.empty()) return read_models(job.models_file);
  if (job.objective.training_free) {
    Models models;
    models.space = job.space;
    models.reading = job.reading;
    return models;
  }
  throw Error(ExitCode::missing_input,
              job.path.string() +
                  ": no fitted models: give a run with -o RUN, name a file as models.file, or "
                  "search with --training-free");
}

Evaluator evaluator_for(const Arguments& arguments, Job& job) {
  job = read_job(arguments.job);
  if (arguments.training_free) job.objective.training_free = true;
  Models models = models_for(arguments, job);
  // The models say what images the space was fitted for: the data set itself is not needed here.
  job.space.input = models.space.input;
  require_same_space(models, job.space);
  Space space(job.space);
  return Evaluator(std::move(space), std::move(models), job.objective, job.constraints);
}

int print_answer(const Arguments& arguments, const Evaluator& evaluator, const Json& answer) {
  if (arguments.json) {
    print(answer);
  } else {
    print(answer_text(evaluator, answer));
  }
  return 0;
}

}  // namespace

int search_command(const Arguments& arguments) {
  Job job;
  const Evaluator evaluator = evaluator_for(arguments, job);
  SearchBudget budget;
  budget.evaluations = arguments.evaluations.value_or(job.search.evaluations);
  const SearchResult result = search(evaluator, arguments.method, arguments.seed, budget);
  return print_answer(arguments, evaluator, search_json(evaluator, result));
}

int exact_command(const Arguments& arguments) {
  Job job;
  const Evaluator evaluator = evaluator_for(arguments, job);
  const Stopwatch watch;
  const ExactResult result = solve_exact(evaluator);
  const Json json{{"method", "exact"},
                  {"found", result.found},
                  {"best", best_json(evaluator, result.best_id)},
                  {"seconds", watch.seconds()},
                  {"boxes", result.boxes},
                  {"largest_cut_bound", number_or_null(result.largest_cut_bound)},
                  {"constraints", to_json(evaluator.constraints())}};
  return print_answer(arguments, evaluator, json);
}

}  // namespace flash

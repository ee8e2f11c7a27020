// flash search, exact: one search in this process.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "command_options.hpp"
#include "farm_command.hpp"
#include "flash/archive/archive.hpp"
#include "flash/core/error.hpp"
#include "flash/dataset/dataset.hpp"
#include "flash/findings/constraint_sets.hpp"
#include "flash/findings/file_models.hpp"
#include "flash/findings/fitted_from.hpp"
#include "flash/hardware/file_bytes.hpp"
#include "flash/job/job.hpp"
#include "flash/joint/joint_search.hpp"
#include "flash/log/log.hpp"
#include "flash/run/run.hpp"
#include "flash/search/binding.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/margin.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/search/pareto.hpp"
#include "flash/space/network_text.hpp"
#include "flash/stage/joint.hpp"
#include "job_argument.hpp"
#include "joint_output.hpp"
#include "output.hpp"

namespace flash {
namespace {

constexpr const char* not_monotone =
    "the models are not monotone in a slot's options: bounds rest on each table's range, which is exact "
    "but slower";

// What the target measures and the models do not give drops out of the objective: that is said.
Models doubted(Models models, const Job& job) {
  for (const Metric metric : fitted_metrics()) {
    if (models.metrics[metric] || job.objective.metric[metric] == 0 || !job.hardware.setup().measures(metric))
      continue;
    if (!models.provenance.is_object()) models.provenance = Json::object();
    models.provenance["doubts"].push_back("the models have none of " + std::string(name(metric)) +
                                          ", which target " + job.hardware.target +
                                          " measures: it drops out of the objective");
  }
  return models;
}

// Of a run that has not begun what the job names answers, if it says of accuracy, too.
std::optional<Models> models_before(const std::filesystem::path& run, const Job& job) {
  if (job.models_file.empty() || std::filesystem::exists(run / "journal")) return std::nullopt;
  Models models = file_models(job);
  if (!models.accuracy && !models.additive && !job.objective.training_free) return std::nullopt;
  log_info("{}: nothing has been done in this run yet; the models are those of models.file, {}", run.string(),
           job.models_file.string());
  return models;
}

// The models of a run, else of the job's models file; none are needed where NN-Degree stands for accuracy.
Models models_for(const Arguments& arguments, JobArgument& given) {
  Job& job = given.job;
  if (given.models) return doubted(*given.models, job);
  if (const auto run = arguments.output ? arguments.output : given.run) {
    const std::filesystem::path file = *run / "models.json";
    if (!std::filesystem::exists(file)) {
      if (std::optional<Models> models = models_before(*run, job)) return doubted(*std::move(models), job);
      throw Error(ExitCode::missing_input, file.string() +
                                               ": no such file: nothing has been fitted in this run "
                                               "yet; `flash fit` with this job and run does");
    }
    Models models = read_models(file);
    job.images = images_of(arguments, job, /*trains=*/false).digest;
    require_fitted_from(models, job, file);
    return doubted(std::move(models), job);
  }
  if (!job.models_file.empty()) return doubted(file_models(job), job);
  if (job.objective.training_free) {
    Models models;
    models.space = job.space;
    models.reading = job.reading;
    models.target = job.hardware.target;
    models.provenance = {{"doubts",
                          {"there are no models of latency, energy or area: NN-Degree alone decides; "
                           "`flash run` makes them, -o RUN or models.file names them"}}};
    return models;
  }
  throw Error(ExitCode::missing_input,
              job.path.string() +
                  ": no fitted models: give a run with -o RUN, name a file as models.file, or "
                  "search with --training-free");
}

// --minimise names what the models may not have.
void require_something_to_weigh(const Objective& objective, const Models& models) {
  const bool any = objective.accuracy != 0 || std::ranges::any_of(all_metrics(), [&](Metric m) {
                     return objective.metric[m] != 0 && (is_exact(m) || models.metrics[m]);
                   });
  if (!any)
    throw Error(
        ExitCode::usage,
        "the models have nothing of what is to be minimised, so that every network is worth the same");
}

// Where the models of compression lie: in the run, or beside its archive.
std::filesystem::path joint_models_path(const Arguments& arguments, const JobArgument& given) {
  const auto run = arguments.output ? arguments.output : given.run;
  const std::filesystem::path file = (run ? *run : arguments.job.parent_path()) / joint_models_file;
  if ((run || given.models) && std::filesystem::exists(file)) return file;
  const std::string why =
      run ? file.string() +
                ": no such file: no compressed samples have been fitted in this run; a run of a job with "
                "compress.options does, or --compression names another run's"
      : given.models
          ? arguments.job.string() +
                ": an archive holds no models of compression, and none lie beside it: name the run "
                "directory, or a file with --compression"
          : arguments.job.string() +
                ": no models of compression: give a run with -o RUN, or name a file with --compression";
  throw Error(ExitCode::missing_input, "--compress: " + why);
}

// The models of compression that are named, else the run's; none are needed where cells stay dense.
JointModels joint_models_for(const Arguments& arguments, const JobArgument& given,
                             const SpaceDefinition& space) {
  const Job& job = given.job;
  if (const std::filesystem::path named = arguments.compression_file; !named.empty()) {
    JointModels joint = read_joint_models(named);
    if (const std::string unlike = unlike_job(joint, job, named); !unlike.empty())
      joint.provenance["doubts"].push_back("the models of compression are of another job: " + unlike);
    return joint;
  }
  if (!job.joint.texts.empty() && !job.joint.active())
    return {.space = space, .file = FileModel(job.joint.options, job.compress.how.bias_bits)};
  const std::filesystem::path file = joint_models_path(arguments, given);
  JointModels joint = read_joint_models(file);
  require_fitted_from(joint, job, file);
  return joint;
}

// By these models, with these metrics in hand.
Evaluator evaluator_for(Job& job, Models models, const std::vector<Metric>& asked_for) {
  require_something_to_weigh(job.objective, models);
  // What only the data set itself says of its images the models say as well: it is not needed here.
  job.space.input = stated_input(job, models.space.input);
  if (const int classes = count_class_folders(job.data); classes > 0) job.space.input.classes = classes;
  require_same_space(models, job.space);
  Space space(job.space);
  job.constraints.name = primary_set(job);
  Constraints constraints = with_margin(job.constraints, space, models, job.objective);
  return Evaluator(std::move(space), std::move(models), job.objective, std::move(constraints), asked_for);
}

Evaluator evaluator_for(const Arguments& arguments, Job& job) {
  JobArgument given = job_argument_of(arguments);
  std::vector<Metric> asked_for = metrics_of("--front", arguments.front);  // known before what is fitted
  Models models = models_for(arguments, given);
  job = std::move(given.job);
  if (std::ranges::any_of(asked_for, [](Metric m) { return name(m) == "file_bytes"; }))
    throw Error(ExitCode::usage, std::string("--front: ") + not_of_dense);
  for (const Metric m : fitted_metrics())
    if (arguments.pareto && is_on_device(m) && models.metrics[m]) asked_for.push_back(m);
  return evaluator_for(job, std::move(models), asked_for);
}

Json top_json(const Evaluator& evaluator, const std::vector<Ranked>& top) {
  Json list = Json::array();
  for (const Ranked& ranked : top) list.push_back(best_json(evaluator, ranked.id));
  return list;
}

std::string top_text(const Evaluator& evaluator, const std::vector<Ranked>& top) {
  std::string text;
  for (std::size_t place = 0; place < top.size(); ++place)
    text.append("#")
        .append(std::to_string(place + 1))
        .append("\n")
        .append(best_text(evaluator, top[place].id));
  return text;
}

// The whole front's size, and a dozen of its points spread evenly over it.
std::string front_text(const Evaluator& evaluator, const ParetoFront& front) {
  std::string text = "accuracy";
  for (const Metric m : front.metrics) text.append(", ").append(name(m));
  char line[160];
  std::snprintf(line, sizeof line, ": %zu configurations on the front, found in %.3g s with %llu boxes%s\n",
                front.points.size(), front.seconds, static_cast<unsigned long long>(front.boxes),
                front.complete ? "" : "; less accurate ones were not looked for (--pareto does)");
  text += line;
  constexpr std::size_t shown = 12;
  const std::size_t count = std::min(shown, front.points.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [id, evaluation] = front.points[count == 1 ? 0 : i * (front.points.size() - 1) / (count - 1)];
    const bool numbered = evaluator.space().numbered();
    std::snprintf(line, sizeof line, "  %s%s%s %-9.6g", numbered ? "id " : "",
                  numbered ? padded(id_text(id), 13).append(" ").c_str() : "",
                  evaluator.objective().training_free ? "NN-Degree" : "accuracy", evaluation.accuracy);
    text += line;
    for (const Metric m : front.metrics) {
      std::snprintf(line, sizeof line, " %10.5g %s", evaluation.metrics[m], std::string(unit(m)).c_str());
      text += line;
    }
    text += numbered ? "\n" : "  " + network_name(evaluator.space(), id) + "\n";
  }
  return text;
}

// In a space without numbers a front may outgrow time and memory: unless it is asked for, it is begun alone.
std::vector<ParetoFront> fronts_of(const Evaluator& evaluator, bool asked_for, const std::string& front) {
  constexpr int most_looks = 500;  // of 1024 boxes each: seconds
  std::vector<ParetoFront> fronts;
  if (!front.empty()) fronts.push_back(pareto_front(evaluator, metrics_of("--front", front)));
  if (!front.empty() && !asked_for) return fronts;
  for (const std::vector<Metric>& metrics : reported_fronts(evaluator)) {
    int looks = 0;
    const auto stop = [&] { return !asked_for && !evaluator.space().numbered() && ++looks > most_looks; };
    fronts.push_back(pareto_front(evaluator, metrics, stop));
  }
  return fronts;
}

int print_answer(const Arguments& arguments, const Evaluator& evaluator, const Json& answer) {
  if (arguments.json) {
    print(answer);
  } else {
    print(answer_text(evaluator, answer));
  }
  return 0;
}

int perform_search(const Arguments& arguments) {
  Job job;
  const Evaluator evaluator = evaluator_for(arguments, job);
  SearchBudget budget;
  budget.evaluations = arguments.evaluations.value_or(job.search.evaluations);
  const SearchResult result = search(evaluator, arguments.method, arguments.seed, budget);
  return print_answer(arguments, evaluator, search_json(evaluator, result));
}

int perform_joint(const Arguments& arguments) {
  for (const auto& [option, is_there] :
       {std::pair("--pareto", arguments.pareto), std::pair("--front", !arguments.front.empty())})
    if (is_there)
      throw Error(ExitCode::usage, std::string(option) +
                                       ": fronts are of networks as trained: leave it out, or --compress; "
                                       "bounds in --subject-to show what accuracy costs");
  JobArgument given = job_argument_of(arguments);
  Job& job = given.job;
  Models models = models_for(arguments, given);
  const JointModels joint = joint_models_for(arguments, given, models.space);
  models = with_file_bytes(std::move(models), joint);
  // The job's question, where the command line has none.
  const Objective asked = job.objective;
  set_joint_question(job, job.objective, job.constraints);
  if (!arguments.question.maximise.empty() || !arguments.question.minimise.empty()) job.objective = asked;
  const Evaluator dense = evaluator_for(job, std::move(models), {file_bytes()});
  read_target_files(job, job.hardware.targets.named(job.hardware.target));
  const JointTables tables(dense, joint, modelled_costs(job));
  const JointResult result = solve_joint(
      tables, [] { return false; }, arguments.top);
  if (!result.monotone) log_warning(not_monotone);
  const Json answer = joint_json(tables, result);
  if (arguments.json)
    print(answer);
  else
    print(joint_text(tables, result, answer));
  return 0;
}

int perform_exact(const Arguments& arguments) {
  if (searches_compressed(arguments)) return perform_joint(arguments);
  Job job;
  const Evaluator evaluator = evaluator_for(arguments, job);
  const Stopwatch watch;
  const ExactResult result = solve_exact(
      evaluator, [] { return false; }, arguments.top);
  Json json{{"method", "exact"},
            {"found", result.found},
            {"best", best_json(evaluator, result.best_id)},
            {"seconds", watch.seconds()},
            {"evaluations", result.evaluations},
            {"boxes", result.boxes},
            {"largest_cut_bound", number_or_null(result.largest_cut_bound)},
            {"monotone", result.monotone},
            {"constraints", constraints_json(evaluator.constraints())}};
  if (result.found)
    json["optimum"] = optimum_words(grounds(evaluator.models()));
  else
    json["nearest_miss"] = binding_json(evaluator, result.best_id);
  if (evaluator.objective().training_free) json["training_free"] = true;
  json["warnings"] = warnings(evaluator.models());
  if (!result.monotone) log_warning(not_monotone);
  if (arguments.top > 1) json["top"] = top_json(evaluator, result.top);
  std::vector<ParetoFront> fronts;
  const bool nothing_asked = asks_nothing(job) && !arguments.json;
  if (arguments.pareto || nothing_asked || !arguments.front.empty()) {
    fronts = fronts_of(evaluator, arguments.pareto, arguments.front);
    if (arguments.json) {
      json["pareto"] = Json::array();
      for (const ParetoFront& front : fronts) json["pareto"].push_back(to_json(front));
    }
  }
  print_answer(arguments, evaluator, json);
  if (arguments.json) return 0;
  if (arguments.top > 1) print(top_text(evaluator, result.top));
  if (nothing_asked)
    print(std::string(
        "no bound was set, so that the most accurate network wins whatever it costs; what accuracy costs "
        "(--subject-to \"latency<=...\" bounds it):\n"));
  for (const ParetoFront& front : fronts) print(front_text(evaluator, front));
  return 0;
}

}  // namespace

Command search_command() {
  return {"search", "Search the space with one method",
          "flash search job.toml -o runs/a --method shgo-hierarchical --seed 1",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            output_option(sub, arguments, false);
            question_options(sub, arguments);
            sub->add_option("--method", arguments.method, search_methods_text())->capture_default_str();
            whole_option(sub, "--seed", arguments.seed, "Seed of the method; default: 0");
            whole_option(sub, "--evaluations", arguments.evaluations,
                         "Evaluations at most; default: the job's", {.min = 1, .max = 1'000'000'000});
            sub->add_flag("--training-free", arguments.training_free,
                          "Let NN-Degree stand for accuracy; needs no trained network");
          },
          perform_search};
}

Command exact_command() {
  return {
      "exact", "Find the optimum by branch and bound, with a proof", "flash exact job.toml -o runs/a",
      [](CLI::App* sub, Arguments& arguments) {
        job_argument(sub, arguments);
        output_option(sub, arguments, false);
        question_options(sub, arguments);
        whole_option(sub, "--top", arguments.top, "Find the K best; default: 1", {.min = 1, .max = 100'000});
        sub->add_flag("--compress", arguments.compress,
                      "Let each cell's compression vary too, by the run's compressed samples; --minimise and "
                      "--subject-to then know file_bytes [B], too");
        text_option(sub, "--compression", arguments.compression_file,
                    "The same by the models of compression in this file");
        sub->add_flag("--pareto", arguments.pareto,
                      "Also find the fronts of accuracy against the target's metrics");
        text_option(
            sub, "--front", arguments.front,
            "Also find the front of accuracy and these metrics together: latency@pixel3,latency@titanx");
        sub->add_flag("--training-free", arguments.training_free,
                      "Let NN-Degree stand for accuracy; needs no trained network");
      },
      perform_exact};
}

}  // namespace flash

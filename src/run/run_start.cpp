// How a run begins: what its directory holds, and how much of that still counts.
#include <algorithm>
#include <array>
#include <set>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/log/log.hpp"
#include "flash/run/run.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

constexpr const char* inputs_kind = "inputs";  // event: a stage and its TaskInputs, as JSON

std::string joined(const std::vector<std::string>& words, std::size_t most = 6) {
  std::string text;
  for (std::size_t i = 0; i < std::min(words.size(), most); ++i) text += (i > 0 ? ", " : "") + words[i];
  return words.size() > most ? text + " and " + std::to_string(words.size() - most) + " more" : text;
}

// What the stage was made from when it was last begun, or last begun from anything but `other_than`; null
// where that was never said.
Json last_inputs(const Results& results, const std::string& stage, const Json& other_than = nullptr) {
  for (auto event = results.events().rbegin(); event != results.events().rend(); ++event) {
    if (event->kind != inputs_kind) continue;
    const Json json = parse_json(event->text);
    if (json.is_object() && json.contains("inputs") && json.contains("stage") && json["stage"] == stage &&
        json["inputs"] != other_than)
      return json["inputs"];
  }
  return nullptr;
}

Json to_json(const std::vector<TaskInput>& inputs) {
  Json json = Json::object();
  for (const TaskInput& input : inputs) json[input.name] = input.digest;
  return json;
}

// "other images, training settings"; where nothing is known of them, "other inputs before".
std::string changed_inputs(const Json& before, const std::vector<TaskInput>& inputs) {
  std::vector<std::string> names;
  for (const TaskInput& input : inputs) {
    if (before.is_object() && before.contains(input.name) && before[input.name] != input.digest)
      names.push_back(input.name);
  }
  return "other " + (names.empty() ? std::string("inputs before") : joined(names));
}

}  // namespace

// Nothing is written before it is certain that the run goes on.
void Run::resume() {
  directory_.emplace(*options_.directory, job_.text);
  directory_->discard_stop_file(process_seconds());
  JournalContents contents;
  if (std::error_code ignored; fs::exists(directory_->journal(), ignored))
    contents = read_journal(directory_->journal());
  if (contents.records.empty() && fs::exists(directory_->archive()) && !options_.again)
    throw Error(ExitCode::bad_data,
                directory_->journal().string() + " is missing or empty, but " +
                    directory_->archive().string() +
                    " holds a run, which going on would replace: put the journal back, use another directory "
                    "with -o, or begin anew in this one with --again");
  for (const Record& record : contents.records) results_.replay(record);

  const JobRecord before = job_of_run(directory_->path(), results_);
  if (job_.images.empty()) job_.images = before.images;  // this command reads none: they are what they were
  const JobRecord now = record_of(job_);
  const std::size_t good_before = networks_done();
  const bool trust_silent = before.space.is_null() && before.text == now.text && now.overrides.empty();
  std::vector<StagePlan> plans;
  std::vector<Record> adopted;
  std::vector<Results::Selection> selections;
  for (const Stage* stage : stages()) {
    if (!fits_rest_on(*stage) || results_.stage(std::string(stage->name())).empty()) continue;
    // A plan may rest on what counts of the stages before.
    findings_.forget_samples();
    const StagePlan& plan = plans.emplace_back(stage->plan(findings_));
    std::set<TaskId> silent;
    for (const auto& [id, outcome] : results_.stage(plan.name))
      if (outcome.inputs.empty()) silent.insert(id);
    selections.push_back(results_.select(plan.name, plan.tasks, trust_silent));
    selected_.insert(plan.name);
    for (const auto& [id, outcome] : results_.stage(plan.name))
      if (silent.contains(id)) adopted.push_back(Results::encode(plan.name, id, outcome));
  }
  require_same_run(before, now, good_before);
  if (options_.shard && !job_.models_file.empty()) {
    for (const Stage* stage : stages())
      if (stage->divides())
        require_shard(directory_->path(), results_,
                      ShardMark{*options_.shard, digest(stage->plan(findings_))});
  }

  journal_.emplace(directory_->journal());
  if (before.text != now.text) directory_->write(directory_->job(), now.text);
  if (!options_.images.digest.empty() && read_known_images(directory_->images()) != options_.images)
    directory_->write(directory_->images(), text_of(options_.images));
  for (const Record& record : adopted) append(record);
  const std::string name = directory_->path().string();
  if (const std::string& holder = directory_->inherited_from(); !holder.empty()) {
    log_warning("{}: taken over from {}, which has not ended cleanly", name, holder);
    event("takeover", holder);
  }
  if (contents.torn_bytes > 0) {
    log_warning("{}: cut off an unfinished last record of {} bytes", directory_->journal().string(),
                contents.torn_bytes);
    event("torn", "cut off " + std::to_string(contents.torn_bytes) + " bytes of an unfinished record");
  }
  if (results_.size() > 0) log_info("{}: goes on with {} finished tasks", name, results_.size());
  const std::vector<std::string> changes = differences(before, now);
  if (!changes.empty() && (!before.space.is_null() || results_.size() > 0))
    log_info("{}: the job has changed: {}", name, joined(changes));
  for (std::size_t i = 0; i < plans.size(); ++i) {
    report(plans[i], selections[i]);
    if (selections[i].remade > 0) stale_[plans[i].name] = selections[i].remade;
    if (plans[i].name == refine_name) refined_for_another_ = selections[i].remade + selections[i].dropped > 0;
  }
  event("start", options_.command_line);
  if (before.space.is_null() || !changes.empty() || before.text != now.text || before.images != now.images ||
      before.path != now.path)
    event(to_event(now));
}

// Files of the same job may change, and a job may: only where it asks for other networks, images or
// measurements, and nothing that was found holds for these, is it another job.
void Run::require_same_run(const JobRecord& before, const JobRecord& now, std::size_t good_before) const {
  const bool other_space = !before.space.is_null() && before.space != now.space;
  const bool nothing_holds = good_before > 0 ? networks_done() == 0 : other_space && results_.size() > 0;
  if (!nothing_holds || options_.again) return;
  std::vector<std::string> changes = differences(before, now);
  std::erase_if(changes, [](const std::string& change) {
    constexpr std::array matter{"space.",    "data.",    "sample.",     "train.",
                                "hardware.", "job.seed", "the job file"};
    return std::ranges::none_of(matter, [&](const char* key) { return change.starts_with(key); });
  });
  if (changes.empty()) return;
  throw Error(ExitCode::usage,
              directory_->path().string() + " holds the run of another job: nothing of its " +
                  std::to_string(good_before > 0 ? good_before : results_.size()) +
                  " results would hold, since this has changed: " + joined(changes) +
                  "; use another directory with -o, or make all anew in this one with --again");
}

// One line a stage.
void Run::report(const StagePlan& plan, const Results::Selection& selection) {
  if (selection.remade + selection.dropped == 0) return;
  unwritten_ = true;
  std::string text = std::to_string(selection.held) + " of its results hold";
  if (selection.remade > 0)
    text += "; " + std::to_string(selection.remade) + " were made from " +
            changed_inputs(last_inputs(results_, plan.name, to_json(plan.inputs)), plan.inputs) +
            " and are to be made anew";
  if (selection.dropped > 0) text += "; " + std::to_string(selection.dropped) + " are no longer asked for";
  log_warning("{}: {}; what is superseded stays in journal and archive, marked so", plan.name, text);
}

void Run::require_made_anew() const {
  for (const auto& [stage, count] : stale_)
    throw Error(ExitCode::bad_data,
                directory_->path().string() + ": " + std::to_string(count) + " results of stage " + stage +
                    " were made from inputs that have changed since: `flash " + stage +
                    "` with this job and run makes them anew, `flash run` all that is to be");
}

void Run::require_refined() {
  const bool refines = job_.refine.rounds > 0 && !results_.stage(train_name).empty();
  if (!refines || (findings_.refinement().complete && !refined_for_another_)) return;
  findings_.models();  // what else is missing is said first
  throw Error(
      ExitCode::bad_data,
      directory_->path().string() +
          ": the rounds of refinement that this job and question ask for are not done: `flash run` does "
          "them; or set refine.rounds = 0");
}

void Run::note_images(const std::vector<std::string>& warnings) {
  const std::string text = Json(warnings).dump();
  const auto last = std::find_if(results_.events().rbegin(), results_.events().rend(),
                                 [](const Event& event) { return event.kind == images_event; });
  if (last == results_.events().rend() ? !warnings.empty() : last->text != text) {
    event(images_event, text);
    unwritten_ = true;
  }
}

void Run::begin(const Stage& stage, const StagePlan& plan) {
  stale_.erase(plan.name);
  if (plan.name == refine_name) refined_for_another_ = false;
  Results::Selection selection = results_.select(plan.name, plan.tasks);
  selected_.insert(plan.name);
  selection.remade += unreported_[plan.name].remade;
  selection.dropped += unreported_[plan.name].dropped;
  unreported_.erase(plan.name);
  report(plan, selection);
  if (fits_rest_on(stage)) findings_.forget_samples(stage.name());
  const Json inputs = to_json(plan.inputs);
  if (last_inputs(results_, plan.name) == inputs) return;
  event(inputs_kind, Json{{"stage", plan.name}, {"inputs", inputs}}.dump());
}

}  // namespace flash

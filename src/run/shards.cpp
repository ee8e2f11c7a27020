#include "flash/run/shards.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include "flash/archive/journal.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/number.hpp"
#include "flash/findings/constraint_sets.hpp"
#include "flash/stage/comparison.hpp"
#include "flash/stage/plans.hpp"

namespace flash {
namespace {

constexpr const char* event_kind = "shard";

[[noreturn]] void refuse(const std::string& message) { throw Error(ExitCode::bad_data, message); }

// A shard writes its models down when it ends or is stopped, not where it is killed.
std::filesystem::path models_of(const std::vector<ShardRun>& shards) {
  for (const ShardRun& run : shards) {
    std::filesystem::path models = run.directory / "models.json";
    if (std::filesystem::exists(models)) return models;
  }
  refuse(shards.front().directory.string() + " (shard " + name(shards.front().mark.shard) +
         ") is not finished: it has written no models.json; start its command again");
}

// "3 of its blocks, the first with ids 600 to 899 of constraint set none"
std::string blocks_text(const std::vector<const StageTask*>& tasks, const char* whose) {
  const Json input = Json::parse(tasks.front()->input);
  const auto first_id = input.at("first_id").get<std::uint64_t>();
  return std::to_string(tasks.size()) + " of " + whose + " blocks, the first with ids " +
         std::to_string(first_id) + " to " +
         std::to_string(first_id + input.at("count").get<std::uint64_t>() - 1) + " of constraint set " +
         input.at("evaluator").at("constraints").at("name").get<std::string>();
}

// The shard's own tasks are all done, and no others.
void require_whole(const ShardRun& run, const StagePlan& sweep) {
  const Results::Stage& outcomes = run.results.stage(sweep.name);
  std::vector<const StageTask*> missing, foreign;
  for (const StageTask& task : sweep.tasks) {
    const auto found = outcomes.find(task.id);
    const bool own = run.mark.shard.holds(task.id);
    if (own && (found == outcomes.end() || !found->second.ok)) missing.push_back(&task);
    if (!own && found != outcomes.end()) foreign.push_back(&task);
  }
  const std::string who = run.directory.string() + " (shard " + name(run.mark.shard) + ")";
  if (!missing.empty())
    refuse(who + " is not finished: it lacks " + blocks_text(missing, "its") + "; start its command again");
  if (!foreign.empty())
    refuse(who + " overlaps with other shards: it holds " + blocks_text(foreign, "their"));
}

}  // namespace

Shard parse_shard(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string::npos) {
    const auto number = whole_number(std::string_view(text).substr(0, slash));
    const auto count = whole_number(std::string_view(text).substr(slash + 1));
    if (number && count && *number >= 1 && *number <= *count) return {*number, *count};
  }
  throw Error(ExitCode::usage,
              "--shard " + text + ": give the number of the shard and of all shards, 1/16 to 16/16");
}

std::string name(const Shard& shard) {
  return std::to_string(shard.number) + "/" + std::to_string(shard.count);
}

Event to_event(const ShardMark& mark) {
  return {unix_time(), event_kind, name(mark.shard) + " " + mark.digest};
}

std::optional<ShardMark> shard_mark(const Results& results) {
  for (const Event& event : results.events()) {
    if (event.kind != event_kind) continue;
    std::istringstream words(event.text);
    std::string shard, digest;
    words >> shard >> digest;
    return ShardMark{parse_shard(shard), digest};
  }
  return std::nullopt;
}

void require_shard(const std::filesystem::path& run, const Results& results,
                   const std::optional<ShardMark>& wanted) {
  const std::optional<ShardMark> there = shard_mark(results);
  const auto refuse_use = [&](const std::string& what) {
    throw Error(ExitCode::usage, run.string() + " holds " + what + "; use another directory with -o");
  };
  if (there && (!wanted || there->shard != wanted->shard))
    refuse_use("shard " + name(there->shard) + " of a sweep" +
               (wanted ? ", not shard " + name(wanted->shard) : " (--shard " + name(there->shard) + ")"));
  if (!there && wanted && results.size() > 0) refuse_use("a run that is no shard");
  if (there && there->digest != wanted->digest)
    refuse(
        run.string() + ": shard " + name(there->shard) +
        " was begun with other models, constraints or blocks: sweep all shards again, in other directories");
}

ShardRun read_shard(const std::filesystem::path& directory) {
  if (!std::filesystem::is_directory(directory))
    throw Error(ExitCode::missing_input, directory.string() + ": no such run directory");
  for (const char* part : {"job.toml", "journal"}) {
    if (!std::filesystem::exists(directory / part))
      throw Error(ExitCode::missing_input,
                  directory.string() + ": holds no " + part + ": not the run directory of a shard");
  }
  ShardRun run;
  run.directory = directory;
  for (const Record& record : read_journal(directory / "journal").records) run.results.replay(record);
  run.job = job_of_run(directory, run.results);
  const std::optional<ShardMark> mark = shard_mark(run.results);
  if (!mark) refuse(directory.string() + " is no shard of a sweep: `flash sweep --shard` makes them");
  run.mark = *mark;
  return run;
}

void require_all_shards(const std::vector<ShardRun>& shards) {
  const ShardRun& first = shards.front();
  const std::uint64_t count = first.mark.shard.count;
  std::map<std::uint64_t, const ShardRun*> found;  // by number
  for (const ShardRun& run : shards) {
    const std::string both = first.directory.string() + " and " + run.directory.string();
    if (run.mark.shard.count != count)
      refuse(both + " are shards of different sweeps: " + name(first.mark.shard) + " and " +
             name(run.mark.shard));
    if (run.mark.digest != first.mark.digest)
      refuse(both + (run.job.text == first.job.text ? " were swept with different models"
                                                    : " are shards of different jobs"));
    const auto [there, added] = found.emplace(run.mark.shard.number, &run);
    if (!added)
      refuse(there->second->directory.string() + " and " + run.directory.string() + " are both shard " +
             name(run.mark.shard));
  }
  if (found.size() == count) return;
  constexpr std::size_t most_named = 20;
  std::string missing;
  std::size_t named = 0;
  for (std::uint64_t number = 1; number <= count && named < most_named; ++number) {
    if (found.contains(number)) continue;
    missing.append(named++ > 0 ? ", " : "").append(name({number, count}));
  }
  const std::uint64_t left_out = count - found.size();
  refuse((left_out == 1 ? "shard " : "shards ") + missing +
         (left_out > named ? " and " + std::to_string(left_out - named) + " more" : "") +
         (left_out == 1 ? " is missing" : " are missing"));
}

MergedSweep merge_shards(const Job& job, std::vector<ShardRun> shards) {
  MergedSweep merged;
  merged.digest = shards.front().mark.digest;
  merged.models = models_of(shards);
  const Models models = read_models(merged.models);
  const Space space(job.space);
  const std::vector<Constraints> sets = constraint_sets(job, space, models);
  const StagePlan sweep = plan_sweep(job, space, models, sets);
  if (digest(sweep) != merged.digest)
    refuse(merged.models.string() + " holds other models than the shard was swept with");

  Results all;
  for (ShardRun& run : shards) {
    require_whole(run, sweep);
    merged.sources.append(merged.sources.empty() ? "" : " ").append(run.directory.string());
    for (auto& [id, outcome] : run.results.take(sweep.name)) all.add(sweep.name, id, std::move(outcome));
  }
  merged_sweeps(job, space, all, sets);  // refuses blocks that do not tile the space
  merged.outcomes = all.take(sweep.name);
  return merged;
}

}  // namespace flash

#include "scenarios.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <limits>
#include <set>
#include <stdexcept>
#include <thread>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"

namespace flash {
namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("does not hold: " + what);
}

std::vector<Task> tasks_of(std::size_t n, const std::string& input) {
  std::vector<Task> tasks(n);
  for (std::size_t i = 0; i < n; ++i) tasks[i] = {i, 0, input};
  return tasks;
}

std::vector<Task> squares(std::size_t n) {
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < n; ++i)
    tasks.push_back({1000 + i, static_cast<double>(i % 7), "square " + std::to_string(i)});
  return tasks;
}

// A run and all that it told.
struct Seen {
  FarmReport report;
  std::vector<Outcome> outcomes{};

  std::set<int> ranks() const {
    std::set<int> ranks;
    for (const Outcome& outcome : outcomes) ranks.insert(outcome.rank);
    return ranks;
  }
};

Seen run(const Stage& stage, std::vector<Task> tasks, const FarmOptions& options = {}) {
  Seen seen;
  seen.report = stage.farm.run(std::move(tasks), stage.executor, options,
                               [&](const Outcome& outcome) { seen.outcomes.push_back(outcome); });
  return seen;
}

void require_squares(const Seen& seen, std::size_t n) {
  require(!seen.report.stopped && seen.report.done == n && seen.report.failed == 0, "all are done");
  require(seen.outcomes.size() == n, "as many outcomes as tasks");
  std::set<std::uint64_t> ids;
  for (const Outcome& outcome : seen.outcomes) {
    const std::uint64_t i = outcome.id - 1000;
    require(ids.insert(i).second && i < n, "each id once");
    require(outcome.ok && outcome.attempt == 1 && outcome.output == std::to_string(i * i),
            "the right result");
    require(outcome.t_start > 1.6e9 && outcome.t_end >= outcome.t_start && !outcome.host.empty(),
            "when and where are told");
  }
}

void results(const Stage& stage) {
  require_squares(run(stage, squares(500)), 500);
  const Seen shared = run(stage, tasks_of(40, "sleep 0.02"));
  require(static_cast<int>(shared.ranks().size()) == stage.farm.size(), "every rank takes part");
  require(static_cast<int>(stage.farm.hosts().size()) == stage.farm.size(), "the hosts of all ranks");
}

void zero(const Stage& stage) {
  const Seen seen = run(stage, {});
  require(!seen.report.stopped && seen.report.done == 0 && seen.outcomes.empty(),
          "nothing to do is done at once");
}

void many(const Stage& stage) {
  const Seen seen = run(stage, tasks_of(5000, ""));
  std::set<std::uint64_t> ids;
  for (const Outcome& outcome : seen.outcomes) ids.insert(outcome.id);
  require(seen.report.done == 5000 && seen.outcomes.size() == 5000 && ids.size() == 5000, "each once");
}

// Costs that are equal, negative and no numbers included.
void longest_first(const Stage& stage) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Seen seen =
      run(stage, {{7, 1, ""}, {3, 5, ""}, {1, 5, ""}, {9, -2, ""}, {4, nan, ""}, {2, 0, ""}, {8, 1e300, ""}});
  std::vector<std::uint64_t> ids;
  for (const Outcome& outcome : seen.outcomes) ids.push_back(outcome.id);
  require(ids == std::vector<std::uint64_t>{8, 1, 3, 7, 2, 4, 9}, "dearest first, then by id");
}

void equal_ids(const Stage& stage) {
  try {
    run(stage, {{1, 0, ""}, {1, 0, ""}});
  } catch (const Error& error) {
    return require(error.code() == ExitCode::internal, "its code");
  }
  require(false, "two tasks of one id are refused");
}

void retry(const Stage& stage) {
  std::vector<Task> tasks = squares(20);
  tasks.push_back({1, 100, "fail"});
  tasks.push_back({2, -100, "throw_int"});
  FarmOptions options;
  options.attempts = 3;
  const Seen seen = run(stage, tasks, options);
  require(seen.report.done == 20 && seen.report.failed == 2 && !seen.report.stopped, "two of them fail");
  for (const std::uint64_t id : {1u, 2u}) {
    std::vector<Outcome> attempts;
    for (const Outcome& outcome : seen.outcomes)
      if (outcome.id == id) attempts.push_back(outcome);
    require(attempts.size() == 3, "three attempts, each told");
    std::set<int> ranks;
    for (std::size_t i = 0; i < 3; ++i) {
      require(!attempts[i].ok && attempts[i].attempt == static_cast<int>(i) + 1, "counted from 1");
      ranks.insert(attempts[i].rank);
    }
    require(static_cast<int>(ranks.size()) == std::min(3, stage.farm.size()), "each on another rank");
    require(id == 2 || attempts[0].output == "it always fails", "the reason is told");
  }
}

// Fails on the last rank only: done elsewhere, if there is an elsewhere.
void bad_rank(const Stage& stage) {
  const int last = stage.farm.size() - 1;
  const Seen seen = run(stage, tasks_of(12, "fail_on " + std::to_string(last)));
  const bool alone = last == 0;
  require(seen.report.failed == (alone ? 12u : 0u) && seen.report.done == (alone ? 0u : 12u),
          "one bad rank spoils no task");
  for (const Outcome& outcome : seen.outcomes)
    require(outcome.ok == (outcome.rank != last), "fails there and nowhere else");
}

// The lowest rank of each host and no other; the command line says how many hosts there are, 1 where it says
// nothing.
void one_per_host(const Stage& stage) {
  FarmOptions options;
  options.one_per_host = true;
  const Seen seen = run(stage, tasks_of(40, "sleep 0.02"), options);
  const std::vector<std::string> hosts = stage.farm.hosts();
  std::set<std::string> seen_hosts;
  for (const int rank : seen.ranks()) {
    const std::string& host = hosts[static_cast<std::size_t>(rank)];
    require(seen_hosts.insert(host).second, "one rank of each host");
    require(std::find(hosts.begin(), hosts.end(), host) - hosts.begin() == rank, "the lowest one");
  }
  require(seen_hosts.size() == std::max<std::size_t>(stage.n, 1), "every host");
  for (const Outcome& outcome : seen.outcomes)
    require(outcome.host == hosts[static_cast<std::size_t>(outcome.rank)], "the host is told");
}

// Stops in the middle: of the tasks behind the first ten, only those that ranks are at are done. Then the
// farm is used again.
void stop(const Stage& stage) {
  std::size_t count = 0;
  FarmOptions options;
  options.stop = [&] { return count >= 10; };
  std::vector<Task> tasks = tasks_of(2000, "finish_at_stop");
  for (std::size_t i = 0; i < 10; ++i) tasks[i] = {i, 1, ""};
  const FarmReport report =
      stage.farm.run(std::move(tasks), stage.executor, options, [&](const Outcome&) { ++count; });
  require(report.stopped && report.done == count && count >= 10, "ended early, what ran is kept");
  require(count <= 10 + static_cast<std::size_t>(stage.farm.size()),
          "no more than one a rank behind the stop");
  require_squares(run(stage, squares(50)), 50);
}

// Of tasks that are all over within milliseconds too.
void stop_among_short(const Stage& stage) {
  std::size_t count = 0;
  FarmOptions options;
  options.stop = [&] { return count >= 10; };
  const FarmReport report =
      stage.farm.run(squares(2000), stage.executor, options, [&](const Outcome&) { ++count; });
  require(report.stopped && report.done == count && count >= 10, "stopped before all were handed out");
  require_squares(run(stage, squares(50)), 50);
}

// Executors that look end the run, though the grace never ends; what they report then counts as not run.
void stop_in_task(const Stage& stage) {
  for (const char* verb : {"wait_for_stop", "child_sleep"}) {
    const Stopwatch clock;
    FarmOptions options;
    options.stop = [&] { return clock.seconds() > 0.5; };
    options.stop_grace_seconds = [] { return std::numeric_limits<double>::infinity(); };
    const Seen seen = run(stage, tasks_of(8, verb), options);
    require(seen.report.stopped && seen.report.done == 0 && seen.report.failed == 0,
            "none is done or failed");
    require(seen.outcomes.empty(), "nothing is told");
  }
  require_squares(run(stage, squares(50)), 50);
}

// Executors that go on until nobody waits for them.
void grace(const Stage& stage) {
  const Stopwatch clock;
  FarmOptions options;
  options.stop = [&] { return clock.seconds() > 0.2; };
  options.stop_grace_seconds = [] { return 0.5; };
  std::vector<Task> tasks = tasks_of(8, "wait_for_give_up");
  const Seen seen = run(stage, tasks, options);
  require(seen.report.stopped && seen.outcomes.empty(), "given up after the grace");
  require_squares(run(stage, squares(50)), 50);
}

// An executor on another rank that looks at nothing: neither run, nor the next one, nor the end of the
// program waits for it.
void stubborn(const Stage& stage) {
  const Stopwatch clock;
  FarmOptions options;
  options.stop = [&] { return clock.seconds() > 0.2; };
  options.stop_grace_seconds = [] { return 0.2; };
  std::vector<Task> tasks = tasks_of(static_cast<std::size_t>(stage.farm.size()), "sleep 0.1");
  // Of the tasks that are handed out first, one to each rank, the last goes to the last rank.
  tasks.back() = {100, -1, "never_end"};
  const Seen seen = run(stage, tasks, options);
  require(seen.report.stopped, "left behind");
  const Seen next = run(stage, squares(50));
  require_squares(next, 50);
  require(!next.ranks().contains(stage.farm.size() - 1), "a rank that is still busy gets no more");
}

// An executor on rank 0 that takes longer than anybody is patient, and uses what it owns: the farm's end
// waits for it, whoever else has let go of it.
void slow_end(const Stage&) {
  std::atomic<bool> ended = false;
  {
    Farm farm;
    FarmOptions options;
    std::atomic<bool> begun = false;
    options.stop = [&] { return begun.load(); };
    options.stop_grace_seconds = [] { return 0.0; };
    Executor executor = [&, own = std::string(100, 'x')](const Task&) {
      begun = true;
      std::this_thread::sleep_for(std::chrono::seconds(6));
      ended = farm.given_up() && own == std::string(100, 'x');
      return own;
    };
    const Seen seen = run({farm, executor, 0}, tasks_of(1, ""), options);
    require(seen.report.stopped && seen.outcomes.empty(), "given up");
    executor = nullptr;
  }
  require(ended, "the farm's end waits for the executor");
}

void large(const Stage& stage) {
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < 6; ++i) {
    std::string bytes(10'000'000 + i, static_cast<char>('a' + i));
    bytes[5'000'000] = '\0';
    tasks.push_back({i, 0, "echo " + bytes});
  }
  const std::vector<Task> sent = tasks;
  const Seen seen = run(stage, std::move(tasks));
  require(seen.report.done == 6, "all done");
  for (const Outcome& outcome : seen.outcomes)
    require("echo " + outcome.output == sent[outcome.id].input, "the bytes come back");
}

void children(const Stage& stage) {
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < 300; ++i) tasks.push_back({i, 0, "child " + std::to_string(i)});
  const Seen first = run(stage, tasks);
  const Seen second = run(stage, tasks);  // the children of the first run live on
  for (const Seen* seen : {&first, &second}) {
    require(seen->report.done == 300, "all done");
    for (const Outcome& outcome : seen->outcomes)
      require(outcome.output == std::to_string(outcome.id), "right");
  }
}

// An exception of a callback comes out of run, at once; the farm is good for another one.
void callback_throws(const Stage& stage) {
  for (const bool in_tick : {false, true}) {
    std::size_t count = 0;
    FarmOptions options;
    if (in_tick) options.tick = [](std::size_t) { throw std::runtime_error("no space left"); };
    bool caught = false;
    try {
      stage.farm.run(tasks_of(3000, in_tick ? "wait_for_give_up" : ""), stage.executor, options,
                     [&](const Outcome&) {
                       if (++count == 5) throw std::runtime_error("no space left");
                     });
    } catch (const std::runtime_error& error) {
      caught = std::string(error.what()) == "no space left";
    }
    require(caught && count == (in_tick ? 0 : 5), "it comes out, and nothing more is told");
    require_squares(run(stage, squares(50)), 50);
  }
}

void uncaught(const Stage& stage) {
  stage.farm.run(tasks_of(1000, "sleep 0.01"), stage.executor, {},
                 [](const Outcome&) { throw std::runtime_error("meant to"); });
}

// With FLASH_SILENCE_LIMIT=4: rank 0 is busy, or away from the farm, for longer; so are the tasks. Nobody is
// taken for dead.
void busy(const Stage& stage) {
  constexpr std::chrono::seconds longer{5};
  stage.farm.run(tasks_of(3, "sleep 5"), stage.executor, {}, [&](const Outcome& outcome) {
    if (outcome.id == 0) std::this_thread::sleep_for(longer);
  });
  std::this_thread::sleep_for(longer);
  require_squares(run(stage, squares(50)), 50);
}

// The rest end by force; expect.sh looks at the exit code.
void force(const Stage& stage, const std::string& verb) {
  run(stage, tasks_of(100, verb + std::to_string(stage.n)));
  throw std::runtime_error("the job goes on after a rank has gone");
}

void bench(const Stage& stage) {
  const std::size_t n = stage.n > 0 ? stage.n : 100'000;
  run(stage, tasks_of(1000, ""));  // warm
  const Stopwatch clock;
  const Seen seen = run(stage, tasks_of(n, ""));
  const double seconds = clock.seconds();
  std::size_t here = 0;
  for (const Outcome& outcome : seen.outcomes) here += outcome.rank == 0;
  std::printf("%zu empty tasks on %d ranks in %.3f s: %.0f tasks/s, %.0f %% of them on rank 0\n", n,
              stage.farm.size(), seconds, static_cast<double>(n) / seconds,
              100.0 * static_cast<double>(here) / static_cast<double>(n));
}

}  // namespace

const std::map<std::string, std::function<void(const Stage&)>>& scenarios() {
  static const std::map<std::string, std::function<void(const Stage&)>> all{
      {"results", results},
      {"zero", zero},
      {"many", many},
      {"longest_first", longest_first},
      {"equal_ids", equal_ids},
      {"retry", retry},
      {"bad_rank", bad_rank},
      {"one_per_host", one_per_host},
      {"stop", stop},
      {"stop_among_short", stop_among_short},
      {"stop_in_task", stop_in_task},
      {"grace", grace},
      {"stubborn", stubborn},
      {"slow_end", slow_end},
      {"large", large},
      {"children", children},
      {"callback_throws", callback_throws},
      {"uncaught", uncaught},
      {"busy", busy},
      {"abort", [](const Stage& stage) { force(stage, "abort_on "); }},
      {"kill", [](const Stage& stage) { force(stage, "kill_on "); }},
      {"suspend", [](const Stage& stage) { force(stage, "suspend_on "); }},
      {"bench", bench},
  };
  return all;
}

}  // namespace flash

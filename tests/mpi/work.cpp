#include <unistd.h>

#include <csignal>
#include <memory>
#include <stdexcept>
#include <thread>

#include "flash/process/child.hpp"
#include "scenarios.hpp"

namespace flash {
namespace {

void sleep_seconds(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

void wait_until(const std::function<bool()>& wanted_no_more) {
  while (!wanted_no_more()) sleep_seconds(0.01);
}

[[noreturn]] void end_unwanted() { throw std::runtime_error("not wanted any more"); }

// Only on one rank; the others take as long, so that all get their share.
std::string act_on(int rank, const Farm& farm, const std::function<void()>& act) {
  if (farm.rank() == rank) act();
  sleep_seconds(0.02);
  return "on " + std::to_string(farm.rank());
}

// One child a rank, started on the thread that runs the tasks.
Child& cat() {
  static Child child({"/bin/cat"});
  return child;
}

}  // namespace

std::string work(Farm& farm, const Task& task) {
  const std::size_t space = task.input.find(' ');
  const std::string verb = task.input.substr(0, space);
  const std::string argument = space == std::string::npos ? "" : task.input.substr(space + 1);
  if (verb == "square") return std::to_string(std::stoull(argument) * std::stoull(argument));
  if (verb == "sleep") return sleep_seconds(std::stod(argument)), "slept";
  if (verb == "never_end") wait_until([] { return false; });
  if (verb == "fail") throw std::runtime_error("it always fails");
  if (verb == "throw_int") throw 1;
  if (verb == "echo") return argument;
  if (verb == "child") return cat().call(argument);
  if (verb == "child_sleep")
    return Child({"/bin/sleep", "infinity"}, [&] { return farm.stop_requested(); }).call("x");
  if (verb == "finish_at_stop") return wait_until([&] { return farm.stop_requested(); }), "finished";
  if (verb == "wait_for_stop") return wait_until([&] { return farm.stop_requested(); }), end_unwanted(), "";
  if (verb == "wait_for_give_up") return wait_until([&] { return farm.given_up(); }), end_unwanted(), "";

  if (verb == "fail_on")
    return act_on(std::stoi(argument), farm, [] { throw std::runtime_error("it fails on this rank"); });
  if (verb == "abort_on") return act_on(std::stoi(argument), farm, [&] { farm.abort(70); });
  if (verb == "kill_on") return act_on(std::stoi(argument), farm, [] { ::raise(SIGKILL); });
  if (verb == "suspend_on") return act_on(std::stoi(argument), farm, [] { ::raise(SIGSTOP); });
  return "";
}

}  // namespace flash

// What a rank can be asked to do. A kind is one file in src/worker, and one line in task_kinds.inc.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "flash/core/json.hpp"

namespace flash {

class TaskWorker;

// Input and result travel as JSON; the input names its kind.
class TaskKind {
 public:
  virtual ~TaskKind() = default;
  virtual std::string_view name() const = 0;
  // Throws Error where the task fails; Error stopped where it was cut short because nobody waits any more.
  virtual std::string run(const Json& input, TaskWorker& worker) const = 0;
};

// The one list.
std::span<const TaskKind* const> task_kinds();

// A kind of Input and Output, as values on either side of their JSON. Kind has
//
//     static constexpr std::string_view name;
//     struct Input;   using Output = ...;
//     static void write(const Input&, Json&);       // its members, into an object
//     static Input read(const Json&);
//     static Output run(const Input&, TaskWorker&);
//     static Json to_json(const Output&);           // whoever reads it back says how beside Output
template <class Kind>
class TaskKindOf final : public TaskKind {
 public:
  std::string_view name() const override { return Kind::name; }
  std::string run(const Json& input, TaskWorker& worker) const override {
    return Kind::to_json(Kind::run(Kind::read(input), worker)).dump();
  }
};

// The input of such a task, as a stage plans it: {"kind": ..., its members}.
template <class Kind>
Json task_input(const typename Kind::Input& input) {
  Json json{{"kind", Kind::name}};
  Kind::write(input, json);
  return json;
}

}  // namespace flash

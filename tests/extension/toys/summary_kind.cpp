// Kind of task summary: the least, the mean and the most of some numbers.
#include <algorithm>
#include <numeric>

#include "flash/worker/task_kind.hpp"

namespace flash {
namespace {

struct SummaryTask {
  static constexpr std::string_view name = "summary";
  using Input = std::vector<double>;
  struct Output {
    double least, mean, most;
  };
  static Input read(const Json& json) { return json.at("numbers").get<Input>(); }
  static Output run(const Input& numbers, TaskWorker&) {
    const auto [least, most] = std::ranges::minmax(numbers);
    const double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
    return {least, sum / static_cast<double>(numbers.size()), most};
  }
  static Json to_json(const Output& output) {
    return {{"least", output.least}, {"mean", output.mean}, {"most", output.most}};
  }
};

}  // namespace

const TaskKind& summary_kind() {
  static const TaskKindOf<SummaryTask> kind;
  return kind;
}

}  // namespace flash

// Stage summary: what the trained networks reach, in one line of the report.
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

class SummaryStage : public Stage {
 public:
  std::string_view name() const override { return "summary"; }
  std::string_view words() const override { return "summaries of the accuracies"; }
  StagePlan plan(Findings& findings) const override {
    Json numbers = Json::array();
    for (const TrainedSample& sample : findings.trained())
      if (sample.good) numbers.push_back(sample.result.accuracy);
    const Json input{{"kind", "summary"}, {"numbers", numbers}};
    StagePlan plan;
    plan.name = name();
    plan.inputs = {{"accuracies", digest_of(numbers)}};
    plan.tasks.push_back({0, 1, input.dump(), digest_of(input)});
    return plan;
  }
  std::size_t tasks(const Forecast&) const override { return 1; }
  std::string report(const ArchiveContents& archive, const ReportOptions&) const override {
    const Table* table = archive.find("summary");
    if (table == nullptr) return "";
    const auto figure = [&](const char* column) {
      return std::to_string(std::get<std::vector<double>>(table->find(column)->values).front());
    };
    return "\nSummary: accuracy from " + figure("least") + " to " + figure("most") + ", mean " +
           figure("mean") + "\n";
  }
};

}  // namespace

const Stage& summary_stage() {
  static const SummaryStage stage;
  return stage;
}

}  // namespace flash

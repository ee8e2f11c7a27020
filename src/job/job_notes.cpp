#include "job_notes.hpp"

#include "flash/job/options.hpp"

namespace flash {
namespace {

class Notes {
 public:
  Notes(const Job& job, const JobDocument& document) : job_(job), document_(document) {}

  // "5..23:4"
  void ranges() {
    for (const Option& option : options()) {
      const JobDocument::Entry* entry = document_.entry(option.section, option.key);
      if (entry == nullptr || option.type != OptionType::integer_list || !entry->value.is_string()) continue;
      const auto text = entry->value.get<std::string>();
      const TextRange range = read_range(text);
      const std::int64_t last = range.last - (range.last - range.first) % range.step;
      if (last != range.last)
        note(option.section, option.key, left_out(range.last, last, "the step in \"" + text + "\""));
    }
  }

  // skip_min, skip_max and skip_step
  void skips() {
    const SkipRange& skips = job_.space.skips;
    if (document_.entry("space", "skip_step") == nullptr) return;
    const std::string step = "skip_step = " + std::to_string(skips.step);
    if (skips.max >= 0) {
      const int last = skips.max - (skips.max - skips.min) % skips.step;
      if (last != skips.max) note("space", "skip_step", left_out(skips.max, last, step));
      return;
    }
    for (const int wm : job_.space.wm) {
      for (const int width : job_.space.widths) {
        for (const int depth : job_.space.depths) {
          const int end = wm * width * (depth - 2);
          const int last = end - (end - skips.min) % skips.step;
          if (last == end) continue;
          return note("space", "skip_step",
                      left_out(end, last, step) + " in a cell of width " + std::to_string(wm * width) +
                          " with " + std::to_string(depth) + " layers");
        }
      }
    }
  }

  std::vector<std::string> lines;

 private:
  static std::string left_out(std::int64_t end, std::int64_t last, const std::string& step) {
    return step + " does not lead to " + std::to_string(end) + ", which is left out: the last value is " +
           std::to_string(last);
  }

  void note(const std::string& section, const std::string& key, const std::string& what) {
    lines.push_back(job_.path.string() + ":" + std::to_string(document_.line(section, key)) + ": " + section +
                    "." + key + ": " + what);
  }

  const Job& job_;
  const JobDocument& document_;
};

}  // namespace

std::vector<std::string> notes_on(const Job& job, const JobDocument& document) {
  Notes notes(job, document);
  notes.ranges();
  notes.skips();
  return notes.lines;
}

}  // namespace flash

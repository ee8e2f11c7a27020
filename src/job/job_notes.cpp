#include "job_notes.hpp"

#include "flash/job/options.hpp"
#include "flash/space/families/families.hpp"

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

  // What the family says of its settings, where the job gives them.
  void family() {
    const Family* family = find_family(job_.space.family);
    if (family->notes == nullptr) return;
    for (const FamilyNote& told : family->notes(job_.space.settings))
      if (document_.entry("space", told.key) != nullptr) note("space", told.key, told.text);
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
  notes.family();
  return notes.lines;
}

}  // namespace flash

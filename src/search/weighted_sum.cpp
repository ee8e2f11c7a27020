#include "flash/search/weighted_sum.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/core/nearest.hpp"

namespace flash {
namespace {

constexpr const char* accuracy_name = "accuracy";
constexpr double least_weight = 1e-30;
constexpr const char* example = "\"accuracy - 0.02*latency\"";

std::string number(double weight) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), weight).ptr};
}

// The hyphen of a name must not pass for a sign.
std::string plain(std::string text) {
  constexpr std::string_view hyphened = "peak-memory";
  for (std::size_t at = 0; (at = text.find(hyphened, at)) != std::string::npos;) text[at + 4] = '_';
  return text;
}

class SumReader {
 public:
  SumReader(Objective& objective, std::string text, bool costs)
      : objective_(objective), text_(std::move(text)), costs_(costs) {}

  void read() {
    for (bool first = true; first || !at_end(); first = false) {
      const bool minus = sign(first);
      const double weight = this->weight();
      add(word(), weight, minus);
    }
  }

 private:
  [[noreturn]] static void refuse(const std::string& what) { throw std::invalid_argument(what); }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool at_end() {
    skip_blanks();
    return at_ == text_.size();
  }

  // Whether the term to come is subtracted.
  bool sign(bool first) {
    skip_blanks();
    const char next = at_ < text_.size() ? text_[at_] : '\0';
    if (next == '+' || next == '-')
      ++at_;
    else if (!first)
      refuse("has '" + text_.substr(at_) + "' where a + or a - is expected");
    return next == '-';
  }

  double weight() {
    skip_blanks();
    if (at_ == text_.size()) refuse(std::string("ends without a quantity; write ") + example);
    const char next = text_[at_];
    if (next != '.' && std::isdigit(static_cast<unsigned char>(next)) == 0) return 1;
    double weight = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), weight);
    const std::string shown(static_cast<const char*>(text_.data()) + at_, end);
    if (error != std::errc() || !(weight >= least_weight && weight <= 1 / least_weight))
      refuse("has a weight that is not within 1e-30 .. 1e30: " + shown);
    at_ = static_cast<std::size_t>(end - text_.data());
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != '*')
      refuse("has no * after " + shown + "; write a term as 0.02*latency");
    ++at_;
    skip_blanks();
    return weight;
  }

  std::string word() {
    const std::size_t begin = at_;
    const auto is_of_word = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '@' || c == '.';
    };
    while (at_ < text_.size() && is_of_word(text_[at_])) ++at_;
    return text_.substr(begin, at_ == begin ? std::string::npos : at_ - begin);
  }

  void add(const std::string& word, double weight, bool minus) {
    const std::optional<Metric> metric = named(word);
    const bool of_accuracy = word == accuracy_name;
    if (!of_accuracy && !metric) refuse_name(word);
    if (of_accuracy && costs_) refuse("names accuracy, of which more is better; leave it to --maximise");
    if (of_accuracy && minus) refuse("subtracts accuracy, of which more is better: add it");
    if (!of_accuracy && minus == costs_)
      refuse((costs_ ? "subtracts " : "adds ") + word +
             ", of which less is better: " + (costs_ ? "add it, since the sum is minimised" : "subtract it"));
    double& place = of_accuracy ? objective_.accuracy : objective_.metric[*metric];
    if (place > 0) refuse("names " + word + " twice");
    place = weight;
  }

  static std::optional<Metric> named(const std::string& word) {
    try {
      return find_metric(word);
    } catch (const Error& error) {  // of a device that cannot be called so
      refuse("has '" + word + "': " + error.what());
    }
  }

  [[noreturn]] void refuse_name(const std::string& word) const {
    std::vector<std::string> known;
    if (!costs_) known.emplace_back(accuracy_name);
    for (const Metric m : all_metrics()) known.emplace_back(name(m));
    std::string text = "'" + word + "' is not known here (allowed:";
    for (const std::string& each : known) text.append(each == known.front() ? " " : ", ").append(each);
    text.append(")");
    if (const std::string close = nearest(word, known); !close.empty())
      text.append("; did you mean ").append(close).append("?");
    refuse(text);
  }

  Objective& objective_;
  const std::string text_;
  const bool costs_;
  std::size_t at_ = 0;
};

}  // namespace

std::string sum_text(const Objective& objective) {
  std::string text;
  if (!objective.is_sum()) return text;
  const auto add = [&](std::string_view name, double weight, bool minus) {
    if (weight == 0) return;
    text.append(text.empty() ? (minus ? "-" : "") : (minus ? " - " : " + "));
    if (weight != 1) text.append(number(weight)).append("*");
    text.append(name);
  };
  add(accuracy_name, objective.accuracy, false);
  for (const Metric m : all_metrics()) add(name(m), objective.metric[m], true);
  return text;
}

bool is_sum_text(const std::string& text) { return plain(text).find_first_of("+-*") != std::string::npos; }

void set_sum(Objective& objective, std::string text, bool costs) {
  Objective sum{.accuracy = 0,
                .metric = PerMetric<double>(),
                .training_free = objective.training_free,
                .form = Form::sum};
  SumReader(sum, plain(std::move(text)), costs).read();
  objective = sum;
}

}  // namespace flash

#include "choice_spec.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "flash/core/error.hpp"
#include "words.hpp"

namespace flash {
namespace {

constexpr int most_channels = 65'536;
constexpr int most_positions = 64;

struct KindName {
  std::string_view text;
  ChoiceOperator::Kind kind;
};
constexpr std::array kinds{KindName{"inverted", ChoiceOperator::Kind::inverted},
                           KindName{"convolution", ChoiceOperator::Kind::convolution},
                           KindName{"average_pool", ChoiceOperator::Kind::average_pool},
                           KindName{"max_pool", ChoiceOperator::Kind::max_pool},
                           KindName{"skip", ChoiceOperator::Kind::skip},
                           KindName{"none", ChoiceOperator::Kind::none}};

ChoiceOperator read_operator(Words& words, std::string name) {
  ChoiceOperator op{.name = std::move(name)};
  const std::string kind =
      words.next("an operator: inverted, convolution, average_pool, max_pool, skip or none");
  const auto found = std::ranges::find(kinds, std::string_view(kind), &KindName::text);
  if (found == kinds.end())
    words.refuse("'" + kind +
                 "' is no operator (allowed: inverted, convolution, average_pool, max_pool, skip, none)");
  op.kind = found->kind;
  const bool shaped = op.kind != ChoiceOperator::Kind::skip && op.kind != ChoiceOperator::Kind::none;
  std::set<char> said;  // of words so far
  while (!words.empty()) {
    const std::string word = words.next("");
    const std::string_view digits = std::string_view(word).substr(1);
    if (word != "expand" && !said.insert(word[0]).second)
      words.refuse("'" + word + "' says again what an earlier word has said");
    if (word == "expand" && op.kind == ChoiceOperator::Kind::inverted) {
      op.expands = true;
    } else if (word[0] == 'k' && shaped) {
      op.kernel = words.number(digits, 1, 15, word);
      if (op.kernel % 2 == 0) words.refuse("'" + word + "': a kernel is odd");
    } else if (word[0] == 'e' && op.kind == ChoiceOperator::Kind::inverted) {
      op.expansion = words.number(digits, 1, 64, word);
    } else if (word[0] == 'g' &&
               (op.kind == ChoiceOperator::Kind::inverted || op.kind == ChoiceOperator::Kind::convolution)) {
      op.groups = words.number(digits, 1, 1'024, word);
    } else {
      words.refuse("'" + word + "' is not understood");
    }
  }
  return op;
}

ChoiceStage read_stage(const std::string& text) {
  Words words("stages", text);
  ChoiceStage stage;
  const std::string channels = words.next("channels");
  stage.channels = words.number(channels, 1, most_channels, channels);
  std::set<std::string> said;  // of words so far
  while (!words.empty()) {
    const std::string word = words.next("");
    const std::string_view rest = std::string_view(word).substr(1);
    const bool activates = word == "relu" || word == "relu6" || word == "swish";
    if (!said.insert(activates ? "activation" : word == "se" ? word : word.substr(0, 1)).second)
      words.refuse("'" + word + "' says again what an earlier word has said");
    if (word == "=") {
      stage.fixed = true;
      stage.only = read_operator(words, "");
      if (stage.only.kind == ChoiceOperator::Kind::none)
        words.refuse("a stage of none has no network behind it: leave it out");
    } else if (word == "relu") {
      stage.activation = Operator::Kind::relu;
    } else if (word == "relu6") {
      stage.activation = Operator::Kind::relu6;
    } else if (word == "swish") {
      stage.activation = Operator::Kind::hard_swish;
    } else if (word == "se") {
      stage.squeezes = true;
    } else if (word[0] == 's') {
      stage.stride = words.number(rest, 1, 4, word);
    } else if (word[0] == 'x') {
      const std::size_t dots = rest.find("..");
      if (dots != std::string_view::npos && words.number(rest.substr(dots + 2), 1, most_positions, word) <
                                                words.number(rest.substr(0, dots), 1, most_positions, word))
        words.refuse("'" + word + "': a range ascends, such as x2..4");
      stage.least = words.number(rest.substr(0, dots), 1, most_positions, word);
      stage.most = dots == std::string_view::npos
                       ? stage.least
                       : words.number(rest.substr(dots + 2), stage.least, most_positions, word);
    } else {
      words.refuse("'" + word + "' is not understood");
    }
  }
  return stage;
}

}  // namespace

ChoiceSpec read_choices(const std::vector<std::string>& operators, const std::vector<std::string>& stages) {
  ChoiceSpec spec;
  std::set<std::string> names;
  for (const std::string& text : operators) {
    const std::size_t colon = text.find(':');
    Words words("operators", colon == std::string::npos ? text : text.substr(colon + 1));
    if (colon == std::string::npos || colon == 0)
      words.refuse("write \"name: operator\", such as \"k3_e6: inverted k3 e6\"");
    const std::string name = text.substr(0, colon);
    const auto allowed = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '-';
    };
    if (!std::ranges::all_of(name, allowed))
      words.refuse("the name '" + name + "' may have letters, digits, _ and - alone");
    if (!names.insert(name).second) words.refuse("there are two operators '" + name + "'");
    spec.operators.push_back(read_operator(words, name));
  }
  if (spec.operators.empty()) throw Error(ExitCode::bad_job, "space: operators must not be empty");
  for (const std::string& text : stages) spec.stages.push_back(read_stage(text));
  if (std::ranges::all_of(spec.stages, &ChoiceStage::fixed))
    throw Error(ExitCode::bad_job,
                "space: stages leave nothing to choose: one without \"= operator\" is needed");
  return spec;
}

}  // namespace flash

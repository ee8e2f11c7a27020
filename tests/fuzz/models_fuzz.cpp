// Files of fitted models; those that are read are used, as a search would.
#include "flash/search/model_warnings.hpp"
#include "flash/search/models.hpp"
#include "flash/space/space.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

// Without the many networks that the fits rest on, so that mutations hit what matters.
std::vector<std::string> seeds() {
  std::vector<std::string> all;
  for (const std::string& file : files_of("data/models", ".json")) {
    Json json = Json::parse(file);
    for (auto& [name, metric] : json["metrics"].items()) {
      Json& support = metric["support"];
      support["networks"].erase(support["networks"].begin() + 2, support["networks"].end());
      support["degrees_of_freedom"] = 2;
    }
    all.push_back(json.dump());
  }
  return all;
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash;
  const fuzz::MemoryFile file(fuzz::text(data, size));
  fuzz::accepts([&] {
    const Models models = read_models(file.path());
    require_same_space(models, models.space);
    const Space space(models.space);
    extrapolated(models, space, space.size() - 1);
    warnings(models);
    fuzz::require(to_json(models_from_json(to_json(models))) == to_json(models), "models change when stored");
  });
  return 0;
}

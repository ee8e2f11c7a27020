// Blocks of a sweep: cut, merged, written and read.
#include <algorithm>

#include "flash/core/json_reader.hpp"
#include "flash/search/exhaustive.hpp"
#include "ranking.hpp"

namespace flash {
std::vector<IdRange> tile(const Space& space, std::uint64_t target) {
  const std::uint64_t step = std::max<std::uint64_t>(target, 1);
  const std::uint64_t blocks =
      std::max<std::uint64_t>(1, space.size() / step + (space.size() % step > step / 2 ? 1 : 0));
  const std::uint64_t base = space.size() / blocks;
  const std::uint64_t longer = space.size() % blocks;  // that many blocks hold one more
  std::vector<IdRange> tiles;
  tiles.reserve(blocks);
  std::uint64_t first = 0;
  for (std::uint64_t i = 0; i < blocks; ++i) {
    const std::uint64_t count = base + (i < longer ? 1 : 0);
    tiles.push_back({first, count});
    first += count;
  }
  return tiles;
}

BlockResult joined(std::span<const BlockResult> parts, std::size_t top_k) {
  BlockResult all;
  for (const BlockResult& part : parts) {
    all.block.count += part.block.count;
    all.feasible += part.feasible;
    all.checksum += part.checksum;
    all.seconds += part.seconds;
    all.top.insert(all.top.end(), part.top.begin(), part.top.end());
  }
  std::ranges::sort(all.top, ranks_before);
  if (all.top.size() > top_k) all.top.resize(top_k);
  return all;
}

BlockResult merge(std::vector<BlockResult> results, std::size_t top_k) {
  if (results.empty()) throw Error(ExitCode::bad_data, "sweep: there are no blocks to merge");
  std::ranges::sort(results, {}, [](const BlockResult& r) { return r.block.first_id; });
  std::uint64_t expected = results.front().block.first_id;
  for (const BlockResult& part : results) {
    if (part.block.first_id != expected)
      throw Error(ExitCode::bad_data, std::string("sweep: blocks ") +
                                          (part.block.first_id < expected ? "overlap" : "leave a gap") +
                                          " at id " +
                                          std::to_string(std::min(expected, part.block.first_id)));
    expected += part.block.count;
  }
  BlockResult all = joined(results, top_k);
  all.block.first_id = results.front().block.first_id;
  return all;
}

Json to_json(const std::vector<Ranked>& top) {
  Json list = Json::array();
  for (const Ranked& ranked : top)
    list.push_back({{"id", id_json(ranked.id)}, {"objective", ranked.objective}});
  return list;
}

Json to_json(const BlockResult& result) {
  return {{"first_id", result.block.first_id}, {"count", result.block.count}, {"feasible", result.feasible},
          {"top", to_json(result.top)},        {"checksum", result.checksum}, {"seconds", result.seconds}};
}

BlockResult block_result_from_json(const Json& json) {
  const JsonReader reader(json, "sweep block");
  BlockResult result;
  result.block = {reader.get<std::uint64_t>("first_id"), reader.get<std::uint64_t>("count")};
  result.feasible = reader.get<std::uint64_t>("feasible");
  const Json& top = reader.at("top");
  if (!top.is_array()) reader.fail("has a wrong value at key 'top': expected an array");
  for (const Json& entry : top) {
    const JsonReader ranked(entry, "sweep block, top,");
    result.top.push_back({id_from_json(entry.at("id")), ranked.get<double>("objective")});
  }
  result.checksum = reader.get<std::uint32_t>("checksum");
  result.seconds = reader.get<double>("seconds");
  return result;
}

}  // namespace flash

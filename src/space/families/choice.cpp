// choice: an operator of a list at each place of a network.
#include <utility>

#include "choice_cell.hpp"
#include "choice_chain.hpp"
#include "common.hpp"
#include "flash/space/geometry/family.hpp"

namespace flash {
namespace {

using Texts = std::vector<std::string>;

Json settings_of(const char* layout, Texts operators, Texts stages) {
  return {{"layout", layout},
          {"operators", std::move(operators)},
          {"stages", std::move(stages)},
          {"resolutions", {0}},
          {"features", 0},
          {"shape_skips", "projection"},
          {"nodes", 4}};
}

Json nasbench201() {
  return settings_of("cell",
                     {"none: none", "skip_connect: skip", "nor_conv_1x1: convolution k1",
                      "nor_conv_3x3: convolution k3", "avg_pool_3x3: average_pool k3"},
                     {"16 x5", "32 x5 s2", "64 x5 s2"});
}

// FBNet (Wu and others, CVPR 2019, tables 1 and 2). Channels are not shuffled between groups: that changes no count.
Json fbnet() {
  return settings_of(
      "chain",
      {"k3_e1: inverted k3 e1 expand", "k3_e1_g2: inverted k3 e1 g2 expand", "k3_e3: inverted k3 e3",
       "k3_e6: inverted k3 e6", "k5_e1: inverted k5 e1 expand", "k5_e1_g2: inverted k5 e1 g2 expand",
       "k5_e3: inverted k5 e3", "k5_e6: inverted k5 e6", "skip: skip"},
      {"16 x1 s2 relu = convolution k3", "16 x1 relu", "24 x4 s2 relu", "32 x4 s2 relu", "64 x4 s2 relu",
       "112 x4 relu", "184 x4 s2 relu", "352 x1 relu", "1984 x1 relu = convolution k1"});
}

Texts inverted(const std::vector<int>& kernels, const std::vector<int>& expansions) {
  Texts list;
  for (const int kernel : kernels)
    for (const int expansion : expansions) {
      const std::string k = std::to_string(kernel), e = std::to_string(expansion);
      list.push_back("k" + k + "_e" + e + ": inverted k" + k + " e" + e);
    }
  return list;
}

// ProxylessNAS (Cai, Zhu, Han, ICLR 2019): seven candidates, of which a skip stands nowhere where the shape changes.
Json proxylessnas() {
  Texts operators = inverted({3, 5, 7}, {3, 6});
  operators.emplace_back("skip: skip");
  return changed(settings_of("chain", operators,
                             {"32 x1 s2 = convolution k3", "16 x1 = inverted k3 e1", "24 x4 s2", "40 x4 s2",
                              "80 x4 s2", "96 x4", "192 x4 s2", "320 x1", "1280 x1 = convolution k1"}),
                 {{"shape_skips", "none"}});
}

std::vector<int> every_fourth(int first, int last) {
  std::vector<int> list;
  for (int side = first; side <= last; side += 4) list.push_back(side);
  return list;
}

// Once-for-all (Cai and others, ICLR 2020) on MobileNet-V3 (Howard and others, ICCV 2019).
Json mobilenet_v3() {
  return changed(
      settings_of("chain", inverted({3, 5, 7}, {3, 4, 6}),
                  {"16 x1 s2 swish = convolution k3", "16 x1 relu = inverted k3 e1", "24 x2..4 s2 relu",
                   "40 x2..4 s2 relu se", "80 x2..4 s2 swish", "112 x2..4 swish se", "160 x2..4 s2 swish se",
                   "960 x1 swish = convolution k1"}),
      {{"features", 1280}, {"resolutions", every_fourth(128, 224)}});
}

// Once-for-all on the backbone of ProxylessNAS.
Json ofa_mobilenet_v2() {
  return settings_of("chain", inverted({3, 5, 7}, {3, 4, 6}),
                     {"32 x1 s2 = convolution k3", "16 x1 = inverted k3 e1", "24 x2..4 s2", "40 x2..4 s2",
                      "80 x2..4 s2", "96 x2..4", "192 x2..4 s2", "320 x1", "1280 x1 = convolution k1"});
}

// A small one for images of 32, which a core trains in a minute.
Json choice_cifar() {
  Texts operators = inverted({3, 5}, {3, 6});
  operators.emplace_back("conv3: convolution k3");
  operators.emplace_back("skip: skip");
  return settings_of(
      "chain", operators,
      {"16 x1 = convolution k3", "16 x2", "24 x3 s2", "48 x3 s2", "96 x2 s2", "192 x1 = convolution k1"});
}

std::shared_ptr<const Geometry> geometry(const Json& settings, const Input& input) {
  ChoiceSpec spec = read_choices(settings.at("operators").get<Texts>(), settings.at("stages").get<Texts>());
  if (settings.at("layout") == "cell")
    return std::make_shared<ChoiceCell>(
        CellSettings{std::move(spec), settings.at("nodes").get<int>(), input});
  return std::make_shared<ChoiceChain>(
      ChainSettings{std::move(spec), settings.at("resolutions").get<std::vector<int>>(),
                    settings.at("features").get<int>(), settings.at("shape_skips") == "projection", input});
}

std::vector<FamilySetting> settings() {
  using Type = FamilySetting::Type;
  return {
      {.key = "layout",
       .path = "/layout",
       .type = Type::word,
       .doc = "Positions in a row, or a cell of nodes that is repeated.",
       .words = {"chain", "cell"}},
      {.key = "operators",
       .path = "/operators",
       .type = Type::texts,
       .doc =
           "Operators to choose from, each \"name: kind\" with k (kernel), e (expansion), g (groups); kinds: inverted, "
           "convolution, average_pool, max_pool, skip, none."},
      {.key = "stages",
       .path = "/stages",
       .type = Type::texts,
       .doc =
           "Stages, each \"channels x positions s stride\", such as \"24 x2..4 s2 swish se\", or with one operator for "
           "all, \"16 x1 = inverted k3 e1\"."},
      {.key = "resolutions",
       .path = "/resolutions",
       .type = Type::integers,
       .doc = "Sides that images are brought to before the first layer, ascending; 0: as they are.",
       .unit = "pixels",
       .min = 0,
       .max = 4'096},
      {.key = "features",
       .path = "/features",
       .doc = "Features of a layer between the pool and the classes; 0: none.",
       .min = 0,
       .max = 65'536},
      {.key = "shape_skips",
       .path = "/shape_skips",
       .type = Type::word,
       .doc = "A skip where the shape changes: a 1x1 convolution with the stride, or not among the choices.",
       .words = {"projection", "none"}},
      {.key = "nodes",
       .path = "/nodes",
       .doc = "Nodes of a cell, the one that it reads included.",
       .min = 2,
       .max = 12}};
}

}  // namespace

const Family& choice() {
  static const Family family{
      "choice",
      "An operator of a list at each position of a chain, or on each edge of a cell that is repeated.",
      settings(),
      choice_cifar(),
      geometry,
      {{"choice-cifar",
        "60,466,176 configurations of 1.0 to 29.6 MMAC; images of 3x32x32, 10 positions",
        {"choice", choice_cifar(), {3, 32, 10}}},
       {"nasbench201",
        "15,625 configurations of 7.8 to 220.1 MMAC; images of 3x32x32, NAS-Bench-201's cells",
        {"choice", nasbench201(), {3, 32, 10}}},
       {"fbnet",
        "9.8e20 configurations of 48.6 to 572.6 MMAC; images of 3x224x224, 9^22 of FBNet",
        {"choice", fbnet(), {3, 224, 1000}}},
       {"proxylessnas",
        "221,502,229,807,900,608 configurations of 102.5 to 606.6 MMAC; images of 3x224x224, "
        "ProxylessNAS's 7^21 less skips where the shape changes: 7^15 * 6^6",
        {"choice", proxylessnas(), {3, 224, 1000}}},
       {"mobilenet-v3",
        "5.4e20 configurations of 41.5 to 566.2 MMAC; Once-for-all on MobileNet-V3, 2.2e19 at each of 25 resolutions",
        {"choice", mobilenet_v3(), {3, 224, 1000}}},
       {"ofa-mobilenet-v2",
        "2.0e20 configurations of 154.2 to 606.6 MMAC; images of 3x224x224, Once-for-all on ProxylessNAS's backbone",
        {"choice", ofa_mobilenet_v2(), {3, 224, 1000}}}}};
  return family;
}

}  // namespace flash

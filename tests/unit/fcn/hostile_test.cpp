// .fcn files that somebody has changed and sealed again: taken or refused with a line, in bounded memory.
#include "hostile.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "../python.hpp"
#include "bytes.hpp"
#include "mask_codecs.hpp"
#include "sample_networks.hpp"
#include "topology.hpp"

namespace flash {
namespace {

// A convolution whose mask is written by this codec, whichever is the shortest.
std::string file_by(MaskCodec codec, bool by_columns) {
  NetworkGraph graph(2, 5);
  graph.append(operators::convolution(2, 9, 3, 1, 5), NetworkGraph::image);
  Mask mask{9, 18, {}};
  for (int k = 0; k < 9 * 18; ++k) mask.kept.push_back(codec == MaskCodec::all || k % 7 == 0);
  const CodedMask coded = code(mask, codec, by_columns);
  ByteWriter out;
  out.bytes("FCN1");
  write_topology(graph, out);
  for (int k = 0; k < 2; ++k) out.number(0);  // nothing was removed
  for (const float value : {0.0F, 1.0F, 0.0F, 1.0F}) out.real(value);
  out.byte(0);  // values
  out.byte(static_cast<std::uint8_t>(2 * static_cast<int>(codec) + (by_columns ? 1 : 0)));
  out.number(coded.bytes.size());
  out.bytes(coded.bytes);
  for (std::size_t k = 0; k < mask.count(); ++k) out.real(0.5F);
  return mended(out.done() + "0000");
}

// Every form, number of bits and mask codec that there is.
std::vector<std::string> valid_files() {
  std::vector<std::string> files;
  for (const CompressedMatrix::Form form : forms)
    for (const int bits : {2, 3, 8, 13, 16, 32}) files.push_back(fcn_file(network_of(form, bits)));
  for (int bits = 1; bits <= 8; ++bits) {
    CompressedNetwork network = network_of(CompressedMatrix::Form::levels, 8);
    Philox random(static_cast<std::uint64_t>(bits));
    for (CompressedNode& node : network.nodes) {
      node.weights.levels.bits = bits;
      for (std::int16_t& code : node.weights.levels.codes) {
        const int most = 1 << (bits - 1),
                  drawn = static_cast<int>(random.below(2 * static_cast<unsigned>(most)));
        if (code != 0) code = static_cast<std::int16_t>(drawn < most ? drawn + 1 : most - 1 - drawn);
      }
    }
    files.push_back(fcn_file(network));
  }
  for (int codec = 0; codec < mask_codecs; ++codec)
    for (const bool by_columns : {false, true})
      files.push_back(file_by(static_cast<MaskCodec>(codec), by_columns));
  return files;
}

// A number that a length could be replaced by.
std::string number(std::uint64_t value) {
  ByteWriter out;
  out.number(value);
  return out.done();
}

std::string changed(std::string bytes, const std::vector<std::string>& others, Philox& random) {
  static const std::vector<std::string> lengths{number(0),
                                                number(1),
                                                number(127),
                                                number(65'535),
                                                number(131'072),
                                                number(std::uint64_t{1} << 31),
                                                number(1ULL << 32),
                                                number((std::uint64_t{1} << 62) + 5),
                                                std::string(10, '\xff'),
                                                std::string("\x00\x00\x80\x7f", 4)};
  constexpr std::size_t head = 4;  // before it no reader gets
  for (std::uint64_t edits = 1 + random.below(3); edits > 0; --edits) {
    if (bytes.size() <= head + 4) break;
    // The topology's bytes come first, and decide of most.
    const std::size_t within = random.below(3) == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 120);
    const std::size_t at = head + random.below(within - head);
    switch (random.below(7)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
        break;
      case 1:
        bytes[at] = static_cast<char>(random.below(256));
        break;
      case 2:
        bytes.resize(at);
        break;
      case 3:
        bytes.erase(at, 1 + random.below(12));
        break;
      case 4: {
        const std::string& other = others[random.below(others.size())];
        bytes.insert(at, other.substr(random.below(other.size()), 1 + random.below(40)));
        break;
      }
      default:
        bytes.replace(at, random.below(3), lengths[random.below(lengths.size())]);
    }
  }
  return mended(bytes);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool shadowed = true;  // by sanitizers, whose memory is counted too
#else
constexpr bool shadowed = false;
#endif

std::int64_t peak_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(HostileFcn, IsTakenOrRefusedInBoundedMemory) {
  const std::vector<std::string> files = valid_files();
  const std::int64_t before = peak_kib();
  Philox random(11);
  int taken_files = 0;
  for (const std::string& file : files) ASSERT_TRUE(taken(file));
  for (int k = 0; k < 40'000; ++k) {
    const std::string bytes = changed(files[static_cast<std::size_t>(k) % files.size()], files, random);
    ASSERT_NO_THROW(taken_files += taken(bytes) ? 1 : 0) << "change " << k;
  }
  EXPECT_GT(taken_files, 2'000);  // that get all the way
  if (!shadowed) {
    EXPECT_LT(peak_kib() - before, 256 * 1024);
  }
}

// The second reader takes and refuses the same files, and ends with a line and exit code 65 where it refuses.
TEST(HostileFcn, IsTakenOrRefusedByTheReaderInNumPyAlike) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("flash_fcn_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::vector<std::string> files = valid_files();
  Philox random(12);
  Json paths = Json::array();
  std::vector<bool> ours;
  for (std::size_t k = 0; k < 400; ++k) {
    const std::string bytes = k < files.size() ? files[k] : changed(files[k % files.size()], files, random);
    paths.push_back((folder / (std::to_string(k) + ".fcn")).string());
    std::ofstream(paths.back().get<std::string>(), std::ios::binary) << bytes;
    ours.push_back(taken(bytes));
  }
  const auto theirs = ask_python(
      "import contextlib, io, sys; sys.path.insert(0, data['analysis'])\n"
      "from flash_analysis import fcn\n"
      "result = []\n"
      "for path in data['paths']:\n"
      "    out, err = io.StringIO(), io.StringIO()\n"
      "    try:\n"
      "        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err): code = fcn.main([path])\n"
      "    except BaseException as error: code = repr(error)\n"
      "    lines = err.getvalue().splitlines()\n"
      "    if code == 0 and not lines: result.append('')\n"
      "    elif code == 65 and len(lines) == 1 and not out.getvalue(): result.append('refused')\n"
      "    else: result.append(f'{code} {lines}')\n",
      {{"analysis", FLASH_SOURCE_DIR "/analysis"}, {"paths", paths}});
  fs::remove_all(folder);
  if (!theirs) GTEST_SKIP() << "there is no Python with SciPy";
  for (std::size_t k = 0; k < ours.size(); ++k)
    EXPECT_EQ((*theirs)[k].get<std::string>(), ours[k] ? "" : "refused") << "file " << k;
}

// A topology, then nothing but what a byte or two can say.
std::string file_of(const NetworkGraph& graph, const std::string& values) {
  ByteWriter out;
  out.bytes("FCN1");
  out.number(static_cast<std::uint64_t>(graph.channels()));
  out.number(static_cast<std::uint64_t>(graph.side()));
  out.bytes(values);
  return mended(out.done() + "0000");
}

std::string why_refused(const std::string& file) {
  try {
    network_of_fcn(file);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Nor can a file claim to have been as large as it likes before units were removed.
TEST(HostileFcn, RemovedUnitsAreBounded) {
  CompressedNetwork network = network_of_fcn(valid_files().front());
  network.original = {50'000, 60'000};
  EXPECT_EQ(network_of_fcn(fcn_file(network)).original.parameters, 60'000);
  network.original = {200'000'000, 200'010'000};
  EXPECT_THROW(fcn_file(network), Error);
}

TEST(HostileFcn, SizesThatTheFileDoesNotJustifyAreRefused) {
  const auto nodes = [](std::initializer_list<std::string> each) {
    std::string all = number(each.size());
    for (const std::string& node : each) all += node;
    return all;
  };
  const auto convolution = [](int out, int kernel, int stride, int padding, int groups) {
    std::string node(1, '\x20');
    for (const int value : {out, kernel, stride, padding, groups})
      node += number(static_cast<std::uint64_t>(value));
    return node;
  };
  const NetworkGraph image(1, 28);
  EXPECT_NE(
      why_refused(file_of(image, nodes({convolution(131'072, 1, 28, 0, 1), convolution(8, 1, 1, 0, 1)})))
          .find("more weights than a file of its size may"),
      std::string::npos);
  EXPECT_NE(why_refused(file_of(image, nodes({convolution(131'072, 1, 1, 0, 1)}))).find("activation"),
            std::string::npos);
  EXPECT_NE(why_refused(file_of(image, nodes({convolution(1, 1, 4'096, 4'096, 1)}))).find("activation"),
            std::string::npos);
  std::string grown = number(60);
  for (int k = 0; k < 60; ++k) grown += convolution(1, 1, 1, 4'000, 1);
  EXPECT_NE(why_refused(file_of(image, grown)).find("activation"), std::string::npos);
  // Each small enough, all of them read by the last: the sum of a hundred values of side 4,000.
  std::string many = number(101);
  for (std::uint64_t k = 0; k < 100; ++k) many.append("\x0b").append(number(1)).append(number(k));
  many.append("\x09").append(number(100));
  for (std::uint64_t k = 0; k < 100; ++k) many += number(k);
  many += number(1);
  EXPECT_NE(why_refused(file_of(NetworkGraph(1, 4'000), many)).find("activations that are too large"),
            std::string::npos);
  // A pool of padding alone, biases of a ReLU.
  EXPECT_NE(why_refused(file_of(image, nodes({std::string("\x2d\x02\x02\x02", 4)}))).find("padding"),
            std::string::npos);
  EXPECT_NE(why_refused(file_of(image, nodes({std::string("\x63", 1)}))).find("biases"), std::string::npos);
}

}  // namespace
}  // namespace flash

// data/fetch.sh, with a folder of small files in the place of the network and their checksums in the
// published ones'.
#include <sys/wait.h>

#include "files.hpp"

namespace flash {
namespace {

class Fetch : public test::TemporaryFolder {
 protected:
  void SetUp() override {
    if (run("command -v curl") != 0 || run("command -v md5sum") != 0)
      GTEST_SKIP() << "curl or md5sum is not installed";
    write("mirror/x", "");
    script_ = write("fetch.sh", test::contents(fs::path(FLASH_SOURCE_DIR) / "data/fetch.sh"));
  }

  // The exit code; output_ holds what was printed.
  int run(const std::string& command) {
    const fs::path log = path("log");
    const int status = std::system(("( " + command + " ) >'" + log.string() + "' 2>&1").c_str());
    output_ = test::contents(log);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int fetch(const std::string& arguments) {
    return run("cd '" + folder_.string() + "' && FLASH_DATA_MIRROR='file://" + path("mirror").string() +
               "' bash fetch.sh " + arguments);
  }
  void publish(const std::string& md5, const std::string& file) {
    ASSERT_EQ(run("sed -i s/" + md5 + "/$(md5sum <'" + path("mirror").string() + "/" + file +
                  "' | cut -c 1-32)/ '" + script_.string() + "'"),
              0);
  }
  void make_idx(const std::string& name, const std::string& md5) {
    write("mirror/" + name, "contents of " + name);
    if (!md5.empty()) publish(md5, name);
  }
  std::vector<std::string> files(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path(folder)))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  fs::path script_;
  std::string output_;
};

TEST_F(Fetch, TakesCheckedFilesAndSaysTheJobLines) {
  make_idx("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873");
  make_idx("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432");
  make_idx("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3");
  make_idx("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c");
  ASSERT_EQ(fetch("mnist got"), 0) << output_;
  EXPECT_THAT(output_, ::testing::HasSubstr("[data]\nsource = \"idx\"\ntrain = [\"" + path("got").string()));
  EXPECT_EQ(files("got").size(), 5u);
  EXPECT_EQ(fetch("--check got"), 0) << output_;
  fs::remove(path("got/SHA256SUMS"));
  EXPECT_EQ(fetch("--check got"), 0) << output_;
  EXPECT_THAT(output_, ::testing::HasSubstr("mnist, complete and as published"));
  write("got/t10k-labels-idx1-ubyte.gz", "damaged");
  EXPECT_EQ(fetch("--check got"), 65);
  EXPECT_THAT(output_, ::testing::HasSubstr("not mnist: t10k-labels-idx1-ubyte.gz"));
}

TEST_F(Fetch, UnpacksTheArchives) {
  for (const char* name : {"data_batch_1", "data_batch_2", "test_batch"}) {
    write(std::string("cifar-10-batches-bin/") + name + ".bin", name);
  }
  write("cifar-10-batches-bin/readme.html", "r");
  ASSERT_EQ(run("tar -czf '" + path("mirror/cifar-10-binary.tar.gz").string() + "' -C '" + folder_.string() +
                "' cifar-10-batches-bin"),
            0);
  publish("c32a1d4ab5d03f1284b67883e8d87530", "cifar-10-binary.tar.gz");
  ASSERT_EQ(fetch("cifar10"), 0) << output_;
  EXPECT_EQ(files("cifar10"), (std::vector<std::string>{"SHA256SUMS", "data_batch_1.bin", "data_batch_2.bin",
                                                        "test_batch.bin"}));
  EXPECT_THAT(output_, ::testing::HasSubstr("data_batch_1.bin\",\"" +
                                            path("cifar10/data_batch_2.bin").string() + "\"]"));
  EXPECT_EQ(fetch("--check cifar10"), 0) << output_;
  write("cifar10/test_batch.bin", "damaged");
  EXPECT_EQ(fetch("--check cifar10"), 65);
}

TEST_F(Fetch, LeavesNothingHalf) {
  make_idx("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873");
  make_idx("train-labels-idx1-ubyte.gz", "");  // not as published
  EXPECT_EQ(fetch("mnist got"), 65);
  EXPECT_THAT(output_, ::testing::HasSubstr("train-labels-idx1-ubyte.gz has MD5"));
  EXPECT_EQ(files("got").size(), 0u);
}

TEST_F(Fetch, SaysWhatIsWrong) {
  EXPECT_EQ(fetch("cifar100 got"), 69);
  EXPECT_THAT(output_, ::testing::HasSubstr("is there a network?"));
  EXPECT_EQ(files("got").size(), 0u);
  EXPECT_EQ(fetch(""), 64);
  EXPECT_EQ(fetch("imagenet"), 64);
  EXPECT_EQ(fetch("--check"), 64);
  EXPECT_EQ(fetch("--check none"), 66);
  EXPECT_EQ(fetch("--check got"), 66);
  EXPECT_EQ(fetch("--help"), 0);
}

}  // namespace
}  // namespace flash

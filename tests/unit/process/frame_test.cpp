#include "flash/process/frame.hpp"

#include <csignal>
#include <future>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "flash/core/error.hpp"

namespace flash {
namespace {

class FrameTest : public ::testing::Test {
 protected:
  FrameTest() {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    reader_ = ends[0];
    writer_ = ends[1];
  }
  ~FrameTest() override {
    close_reader();
    close_writer();
  }
  void close_reader() {
    if (reader_ >= 0) ::close(reader_);
    reader_ = -1;
  }
  void close_writer() {
    if (writer_ >= 0) ::close(writer_);
    writer_ = -1;
  }
  void put(const std::string& bytes) {
    ASSERT_EQ(::write(writer_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  ExitCode code_of_read() {
    std::string frame;
    try {
      read_frame(reader_, frame);
    } catch (const Error& error) {
      return error.code();
    }
    return ExitCode::ok;
  }

  int reader_ = -1;
  int writer_ = -1;
};

TEST_F(FrameTest, IsLittleEndianLengthThenBytes) {
  write_frame(writer_, std::string(258, 'x'));
  std::string raw(262, '\0');
  ASSERT_EQ(::read(reader_, raw.data(), raw.size()), 262);
  EXPECT_EQ(raw.substr(0, 4), std::string("\x02\x01\x00\x00", 4));
  EXPECT_EQ(raw.substr(4), std::string(258, 'x'));
}

TEST_F(FrameTest, KeepsOrderAndBytesAndEmptyFrames) {
  const std::string zeros("a\0b\n\xff", 5);
  write_frame(writer_, "");
  write_frame(writer_, zeros);
  close_writer();
  std::string frame = "old";
  EXPECT_TRUE(read_frame(reader_, frame));
  EXPECT_EQ(frame, "");
  EXPECT_TRUE(read_frame(reader_, frame));
  EXPECT_EQ(frame, zeros);
  EXPECT_FALSE(read_frame(reader_, frame));
}

// Far more than a pipe holds, so that both sides see partial transfers; once with a non-blocking descriptor.
TEST_F(FrameTest, CarriesLargeFramesThroughSmallPipes) {
  std::string large(5'000'000, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 7 + i / 251);
  for (const bool non_blocking : {false, true}) {
    if (non_blocking) {
      ::fcntl(reader_, F_SETFL, O_NONBLOCK);
      ::fcntl(writer_, F_SETFL, O_NONBLOCK);
    }
    std::thread writer([&] { write_frame(writer_, large); });
    std::string frame;
    EXPECT_TRUE(read_frame(reader_, frame));
    writer.join();
    EXPECT_TRUE(frame == large);
  }
}

TEST_F(FrameTest, SurvivesInterruptedCalls) {
  struct sigaction action = {}, before = {};
  action.sa_handler = [](int) {};  // without SA_RESTART: read fails with EINTR
  sigaction(SIGUSR2, &action, &before);
  std::promise<pthread_t> handle;
  std::string frame;
  std::thread reader([&] {
    handle.set_value(pthread_self());
    EXPECT_TRUE(read_frame(reader_, frame));
  });
  const pthread_t thread = handle.get_future().get();
  const std::string parts[] = {std::string("\x03\0", 2), std::string("\0", 1), std::string("\0", 1), "ab",
                               "c"};
  for (const std::string& part : parts) {
    for (int i = 0; i < 20; ++i) {
      pthread_kill(thread, SIGUSR2);
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    put(part);
  }
  reader.join();
  sigaction(SIGUSR2, &before, nullptr);
  EXPECT_EQ(frame, "abc");
}

TEST_F(FrameTest, RefusesATruncatedHeader) {
  put(std::string("\x05\x00", 2));
  close_writer();
  EXPECT_EQ(code_of_read(), ExitCode::io);
}

TEST_F(FrameTest, RefusesATruncatedPayload) {
  put(
      std::string("\x05\x00\x00\x00"
                  "abc",
                  7));
  close_writer();
  EXPECT_EQ(code_of_read(), ExitCode::io);
}

TEST_F(FrameTest, RefusesTheFirstLengthOverTheLimit) {
  EXPECT_EQ(decode_frame_header(encode_frame_header(max_frame_bytes)), max_frame_bytes);
  put(std::string("\x01\x00\x00\x04", 4));  // 64 MiB + 1
  EXPECT_EQ(code_of_read(), ExitCode::io);
  EXPECT_THROW(encode_frame_header(max_frame_bytes + 1), Error);
}

// The test would be killed by SIGPIPE otherwise.
TEST_F(FrameTest, WritingToNobodyIsAnErrorAndNoSignal) {
  close_reader();
  try {
    write_frame(writer_, "hello");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
  }
  sigset_t pending;
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
}

TEST_F(FrameTest, ABadDescriptorIsAnError) {
  std::string frame;
  EXPECT_THROW(read_frame(-1, frame), Error);
  EXPECT_THROW(write_frame(-1, frame), Error);
}

}  // namespace
}  // namespace flash

# The engine: rooms and programs that stand on libraries of the machine.
find_package(spdlog REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)
find_package(JPEG REQUIRED)
set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(MPI REQUIRED COMPONENTS CXX)
find_package(Boost REQUIRED COMPONENTS serialization)
find_package(tomlplusplus REQUIRED)
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)   # the tests folder links to LibTorch too
find_package(Torch REQUIRED)
# oneDNN, the one that LibTorch links. Its own CMake file wants the headers of OpenCL, which nothing here needs.
find_path(DNNL_INCLUDE_DIR dnnl.hpp REQUIRED)
find_library(DNNL_LIBRARY dnnl REQUIRED)
find_package(Protobuf REQUIRED)   # ONNX's messages; LibTorch links both already
find_package(ONNX REQUIRED CONFIG)

string(CONCAT FLASH_DEPENDENCIES "Open MPI (MPI ${MPI_CXX_VERSION}), HDF5 ${HDF5_VERSION}, Eigen ${Eigen3_VERSION}, "
       "LibTorch ${Torch_VERSION}, Boost ${Boost_VERSION}, spdlog ${spdlog_VERSION}")

flash_room(log flash_core spdlog::spdlog)
flash_room(config flash_core tomlplusplus::tomlplusplus)
flash_room(process flash_log)
flash_room(task flash_network)
flash_room(fcn flash_hardware ZLIB::ZLIB)
flash_room(compress flash_fcn Eigen3::Eigen)
flash_room(joint flash_search flash_fcn)
flash_room(import flash_hardware flash_devices flash_config ${CSV_LIBRARY})
flash_room(imc flash_hardware flash_config)
flash_room(digital flash_hardware flash_config)
flash_room(target flash_import flash_imc flash_digital flash_task)
flash_room(archive flash_log hdf5::hdf5)
flash_room(farm flash_log MPI::MPI_CXX Boost::serialization)
flash_room(dataset flash_log ZLIB::ZLIB PNG::PNG JPEG::JPEG)
flash_room(train flash_dataset flash_task flash_hardware flash_process flash_compress flash_imc)
flash_room(job flash_target flash_methods flash_dataset flash_joint)
flash_room(findings flash_job flash_archive flash_farm)
flash_room(worker flash_imc flash_methods flash_farm flash_process)
flash_room(stage flash_findings flash_worker)
flash_room(report flash_stage)
flash_room(tables flash_stage)
flash_room(run flash_tables)

# LibTorch's headers and libraries reach flash_train and flash-trainer alone: loading them costs half a second.
target_include_directories(flash_train SYSTEM PUBLIC ${TORCH_INCLUDE_DIRS})
target_link_libraries(flash_train PUBLIC ${TORCH_LIBRARIES} PRIVATE onnx_proto ${DNNL_LIBRARY})
target_precompile_headers(flash_train PRIVATE ${FLASH_PRECOMPILED} <ATen/ATen.h>)
set_target_properties(flash_train PROPERTIES UNITY_BUILD OFF)   # LibTorch's and ONNX's headers tolerate no aliases of ours

file(GLOB command_sources CONFIGURE_DEPENDS app/flash/*.cpp)
add_library(flash_commands STATIC ${command_sources} app/number_options.cpp app/output.cpp)
target_include_directories(flash_commands PUBLIC app)
target_link_libraries(flash_commands PUBLIC flash_run flash_report CLI11::CLI11 PRIVATE flash_options flash_fcn)
target_precompile_headers(flash_commands REUSE_FROM flash_core)

add_executable(flash app/flash_main.cpp app/program.cpp)
target_link_libraries(flash PRIVATE flash_options flash_commands)
target_precompile_headers(flash REUSE_FROM flash_core)

add_executable(flash-trainer app/trainer_main.cpp app/program.cpp)
target_link_libraries(flash-trainer PRIVATE flash_options flash_train onnx_proto)   # a precompiled header's users need its macros
target_precompile_headers(flash-trainer REUSE_FROM flash_train)

# What works once a run, on files, texts and tables, is not worth optimising: -O1 compiles in half of -O3's time.
foreach(cold config import digital target job findings stage report tables run)
  target_compile_options(flash_${cold} PRIVATE $<$<CONFIG:Release>:-O1>)
endforeach()
foreach(program flash flash_commands flash-trainer)
  target_compile_options(${program} PRIVATE $<$<CONFIG:Release>:-O1>)
endforeach()

#!/usr/bin/env bash
# Fetches a public image set, checks it against its published checksum and says what to write into a job file.
# A set appears in its folder whole and checked, or not at all.
set -euo pipefail

usage() {
  cat <<'EOF'
Usage: data/fetch.sh SET [FOLDER]     fetch SET into FOLDER (default: data/SET beside this script)
       data/fetch.sh --check FOLDER   only verify what FOLDER holds
SET is one of: cifar10 cifar100 mnist fashion-mnist

Needs curl or wget. FLASH_DATA_MIRROR=URL takes the files from another place that holds them under the same names.
Example: data/fetch.sh mnist ~/data/mnist
EOF
}

fail() {
  local code=$1
  shift
  printf 'fetch.sh: %s\n' "$*" >&2
  exit "$code"
}

# Exit codes as flash's: 64 usage, 65 wrong data, 66 missing input, 69 no network, 74 input/output.

md5_of() {
  if command -v md5sum >/dev/null; then md5sum <"$1" | cut -d ' ' -f 1; else md5 -q "$1"; fi
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# The published MD5 and name of each file of a set.
files_of() {
  case $1 in
    cifar10) echo "c32a1d4ab5d03f1284b67883e8d87530 cifar-10-binary.tar.gz" ;;
    cifar100) echo "03b5dce01913d631647c71ecec9e9cb8 cifar-100-binary.tar.gz" ;;
    mnist)
      echo "f68b3c2dcbeaaa9fbdd348bbdeb94873 train-images-idx3-ubyte.gz"
      echo "d53e105ee54ea40749a09fcbcd1e9432 train-labels-idx1-ubyte.gz"
      echo "9fb629c4189551a2d022fa330f9573f3 t10k-images-idx3-ubyte.gz"
      echo "ec29112dd5afa0611ce80d1b7f02629c t10k-labels-idx1-ubyte.gz"
      ;;
    fashion-mnist)
      echo "8d4fb7e6c68d591d4c3dfef9ec88bf0d train-images-idx3-ubyte.gz"
      echo "25c81989df183df01b3e8a0aad5dffbe train-labels-idx1-ubyte.gz"
      echo "bef4ecab320f06d8554ea6380940ec79 t10k-images-idx3-ubyte.gz"
      echo "bb300cfdad3c16e7a12a480ee83cd310 t10k-labels-idx1-ubyte.gz"
      ;;
    *) return 1 ;;
  esac
}

url_of() {
  case $1 in
    cifar10 | cifar100) echo "https://www.cs.toronto.edu/~kriz" ;;
    mnist) echo "https://ossci-datasets.s3.amazonaws.com/mnist" ;;
    fashion-mnist) echo "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com" ;;
  esac
}

download() { # URL FILE
  if command -v curl >/dev/null; then
    curl --fail --location --silent --show-error --connect-timeout 20 --retry 2 --output "$2" "$1"
  elif command -v wget >/dev/null; then
    wget --quiet --timeout=20 --tries=3 --output-document="$2" "$1"
  else
    fail 69 "neither curl nor wget is installed; install one of them"
  fi
}

job_lines() { # SET FOLDER
  local set=$1 folder=$2 quoted=() file
  printf '\nFor a job file:\n\n[data]\n'
  case $set in
    cifar10)
      for file in "$folder"/data_batch_[1-5].bin; do quoted+=("\"$file\""); done
      printf 'source = "cifar10"\ntrain = [%s]\n' "$(IFS=, && echo "${quoted[*]}")"
      printf 'test = ["%s/test_batch.bin"]\n' "$folder"
      ;;
    cifar100)
      printf 'source = "cifar100"\ntrain = ["%s/train.bin"]\ntest = ["%s/test.bin"]\n' "$folder" "$folder"
      ;;
    *)
      printf 'source = "idx"\n'
      printf 'train = ["%s/train-images-idx3-ubyte.gz", "%s/train-labels-idx1-ubyte.gz"]\n' "$folder" "$folder"
      printf 'test = ["%s/t10k-images-idx3-ubyte.gz", "%s/t10k-labels-idx1-ubyte.gz"]\n' "$folder" "$folder"
      ;;
  esac
}

fetch() { # SET FOLDER
  local set=$1 folder=$2 url md5 file found
  url=${FLASH_DATA_MIRROR:-$(url_of "$set")}
  mkdir -p "$folder" || fail 74 "cannot make the folder $folder"
  folder=$(cd "$folder" && pwd)
  part=$(mktemp -d "$folder/.fetch.XXXXXX") || fail 74 "cannot write to $folder"
  trap 'rm -rf "$part"' EXIT
  trap 'exit 130' INT TERM HUP

  while read -r md5 file; do
    echo "fetching $url/$file"
    download "$url/$file" "$part/$file" ||
      fail 69 "cannot fetch $url/$file: is there a network? FLASH_DATA_MIRROR can name another source"
    found=$(md5_of "$part/$file")
    [ "$found" = "$md5" ] ||
      fail 65 "$file has MD5 $found; published is $md5: the download is damaged or the source has changed"
  done < <(files_of "$set")

  case $set in # the archives hold one folder; only its data files are kept
    cifar10 | cifar100)
      for file in "$part"/*.tar.gz; do
        tar -xzf "$file" -C "$part" || fail 74 "cannot unpack $file: is the disk full?"
        rm "$file"
      done
      mv "$part"/cifar-*/*.bin "$part"
      rm -r "$part"/cifar-*/
      ;;
  esac
  (cd "$part" && sha256 ./* >SHA256SUMS)
  mv -f "$part"/* "$folder"/ || fail 74 "cannot move the files into $folder"
  echo "$set is in $folder, checksums verified"
  job_lines "$set" "$folder"
}

# IDX files that something else put there: compare with the published checksums of both sets that have these names.
check_idx() { # FOLDER
  local set md5 file found wrong
  for set in mnist fashion-mnist; do
    wrong=""
    while read -r md5 file; do
      [ -f "$1/$file" ] || fail 66 "$1/$file: no such file"
      found=$(md5_of "$1/$file")
      [ "$found" = "$md5" ] || wrong="$wrong $file"
    done < <(files_of "$set")
    if [ -z "$wrong" ]; then
      echo "$1: $set, complete and as published"
      return
    fi
    echo "not $set:$wrong" >&2
  done
  fail 65 "$1: the files above differ from the published ones (copies compressed anew do, too); fetch the set again"
}

check() { # FOLDER
  [ -d "$1" ] || fail 66 "$1: no such folder"
  if [ -f "$1/SHA256SUMS" ]; then
    (cd "$1" && sha256 -c SHA256SUMS) || fail 65 "$1: a file is missing or damaged; fetch the set again"
    echo "$1: complete, as fetched"
  elif [ -f "$1/train-images-idx3-ubyte.gz" ]; then
    check_idx "$1"
  else
    fail 66 "$1: neither SHA256SUMS nor IDX files; was the set fetched by this script?"
  fi
}

case ${1:-} in
  -h | --help)
    usage
    ;;
  --check)
    if [ $# -ne 2 ]; then usage >&2 && exit 64; fi
    check "$2"
    ;;
  *)
    if [ $# -lt 1 ] || [ $# -gt 2 ] || ! files_of "$1" >/dev/null; then usage >&2 && exit 64; fi
    fetch "$1" "${2:-$(dirname "$0")/$1}"
    ;;
esac

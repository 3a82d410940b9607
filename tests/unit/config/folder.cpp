#include "tests/unit/config/folder.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace tsunagi::config {

namespace fs = std::filesystem;

ConfigFolder::ConfigFolder()
{
    std::string pattern = (fs::temp_directory_path() / "tsunagi-config-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path_ = pattern;
    fs::copy("tests/unit/config/minimal", path_, fs::copy_options::recursive);
    for (const auto* data : {"guide", "hotlines"}) fs::create_directory(path_ / data);  // git keeps no empty folder
}

ConfigFolder::~ConfigFolder()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void ConfigFolder::write(const std::string& file, const std::string& text) const
{
    fs::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file, std::ios::binary) << text;
}

std::string ConfigFolder::read(const std::string& file) const
{
    std::ifstream stream(path_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void ConfigFolder::replace(const std::string& file, const std::string& from, const std::string& to) const
{
    std::string text = read(file);
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("nothing to replace in " + file + ": " + from);
    write(file, text.replace(at, from.size(), to));
}

int ConfigFolder::line_of(const std::string& file, const std::string& words) const
{
    if (words.empty()) return 0;
    std::istringstream lines(read(file));
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number)
        if ((line + "\n").find(words) != std::string::npos) return number;
    throw std::runtime_error("no line in " + file + " with: " + words);
}

std::string told(const std::vector<Problem>& problems)
{
    std::string all;
    for (const auto& problem : problems)
        all += problem.file + ":" + std::to_string(problem.line) + (problem.warning ? ": warning: " : ": ") +
               problem.what + "; " + problem.mend + "\n";
    return all;
}

} // namespace tsunagi::config

#include "deploy/sandbox/journal.h"
#include "deploy/sandbox/json_read.h"

#include <filesystem>
#include <stdexcept>

namespace tsunagi::sandbox {

Journal::Journal(std::string file, World& world) : file_(std::move(file))
{
    read(world);
    rewrite(world);
    out_.open(file_, std::ios::app | std::ios::binary);
    if (!out_) throw std::runtime_error("cannot append to the journal");
}

void Journal::read(World& world) const
{
    std::ifstream in(file_, std::ios::binary);
    std::string line;
    while (std::getline(in, line)) {
        const json record = json::parse(line, nullptr, false);
        if (!record.is_object()) continue;
        try {
            world.restore(record);
        } catch (const json::exception&) {
            continue;  // written by a version that knew another shape
        }
    }
}

void Journal::rewrite(const World& world)
{
    const std::string next = file_ + ".next";
    {
        std::ofstream out(next, std::ios::binary | std::ios::trunc);
        for (const json& record : world.records()) out << dump(record) << '\n';
        out.flush();
        if (!out) throw std::runtime_error("cannot write the journal");
    }
    std::filesystem::permissions(next, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::filesystem::rename(next, file_);
}

void Journal::append(const json& record)
{
    const std::string kind = text_of(record, "record");
    if (kind == "loading") return;
    if (kind == "reset") {
        out_.close();
        out_.open(file_, std::ios::trunc | std::ios::binary);
        return;
    }
    out_ << dump(record) << '\n' << std::flush;
}

}  // namespace tsunagi::sandbox

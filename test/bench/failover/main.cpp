// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "bench/failover/contender.hpp"
#include "bench/failover/report.hpp"

namespace pgtwin::bench
{
namespace
{

struct Options
{
    int rounds = 5;
    std::vector<std::string> contenders = contender_names();
    std::vector<Fault> faults{all_faults.begin(), all_faults.end()};
    std::string directory = "benchmark";
};

std::vector<std::string> split(const std::string& text)
{
    std::istringstream in{text};
    std::vector<std::string> words;
    for (std::string word; std::getline(in, word, ',');)
        words.push_back(word);
    return words;
}

bool read_faults(const std::string& text, Options& options)
{
    options.faults.clear();
    for (const std::string& word : split(text))
        if (const auto fault = fault_named(word))
            options.faults.push_back(*fault);
        else
            return false;
    return true;
}

bool read_option(const std::string& name, const std::string& value, Options& options)
{
    if (name == "--rounds")
        options.rounds = std::atoi(value.c_str());
    else if (name == "--contenders")
        options.contenders = split(value);
    else if (name == "--out")
        options.directory = value;
    else
        return name == "--faults" && read_faults(value, options);
    return true;
}

std::optional<Options> read_options(int count, char** arguments)
{
    Options options;
    for (int i = 1; i < count; i += 2)
        if (i + 1 >= count || !read_option(arguments[i], arguments[i + 1], options))
            return std::nullopt;
    for (const std::string& name : options.contenders)
        if (!make_contender(name))
            return std::nullopt;
    return options.rounds > 0 ? std::optional{options} : std::nullopt;
}

void say(const Trial& trial)
{
    const std::string result =
        trial.failure.empty()
            ? std::to_string(trial.outage.count()) + " ms, lost " + std::to_string(trial.lost) +
                  (trial.certified ? ", certified after " + std::to_string(trial.certified->count()) + " ms" : "")
            : "FAILED: " + trial.failure;
    std::printf("round %d  %-8s %-15s %s\n", trial.round, trial.contender.c_str(), word_of(trial.fault),
                result.c_str());
    (void)std::fflush(stdout);
}

void save(const Options& options, const std::vector<Trial>& trials)
{
    std::filesystem::create_directories(options.directory);
    std::ofstream{options.directory + "/failover.json"} << json_of(trials);
    std::ofstream{options.directory + "/failover.md"} << table_of(trials) << '\n' << bars_of(trials);
    std::ofstream{options.directory + "/failover.svg"} << picture_of(trials);
}

/// A contender in a lab of its own, which is made anew after a trial that failed.
class Stage
{
public:
    explicit Stage(const std::string& name) : contender_{make_contender(name)} {}

    Trial measure(Fault fault)
    {
        Trial trial;
        trial.contender = contender_->name();
        trial.fault = fault;
        try
        {
            if (!lab_)
                deploy();
            trial = bench::measure(*contender_, *lab_, fault);
        }
        catch (const std::exception& error)
        {
            trial.failure = error.what();
        }
        if (!trial.failure.empty() && lab_)
            abandon(fault);
        return trial;
    }

    [[nodiscard]] bool can_measure(Fault fault) const { return contender_->can_be_measured(fault); }

private:
    void deploy()
    {
        lab_ = std::make_unique<Lab>(Lab::name_for("bench"));
        contender_->deploy(*lab_);
    }
    void abandon(Fault fault)
    {
        std::printf("logs: %s\n", lab_->collect_logs(contender_->name() + "-" + word_of(fault)).c_str());
        lab_.reset();
    }

    std::unique_ptr<Contender> contender_;
    std::unique_ptr<Lab> lab_;
};

/// Contenders take turns, so that a machine that is slower for a while is so for all of them.
std::vector<Trial> run(const Options& options)
{
    std::vector<Trial> trials;
    for (int round = 1; round <= options.rounds; ++round)
        for (const std::string& name : options.contenders)
        {
            Stage stage{name};
            for (const Fault fault : options.faults)
            {
                if (!stage.can_measure(fault))
                    continue;
                trials.push_back(stage.measure(fault));
                trials.back().round = round;
                say(trials.back());
                save(options, trials);
            }
        }
    return trials;
}

constexpr const char* usage = "usage: bench_failover [--rounds N] [--contenders NAME,...] [--faults FAULT,...] [--out "
                              "DIRECTORY]\n"
                              "faults: primary-killed,switchover,primary-off,standby-killed,standby-off\n";

} // namespace
} // namespace pgtwin::bench

int main(int count, char** arguments)
{
    using namespace pgtwin::bench;
    const auto options = read_options(count, arguments);
    if (!options)
    {
        (void)std::fputs(usage, stderr);
        return 2;
    }
    const auto trials = run(*options);
    std::printf("\n%s\n%s", table_of(trials).c_str(), bars_of(trials).c_str());
    return EXIT_SUCCESS;
}
